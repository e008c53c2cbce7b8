/**
 * `indexer train`: a head on the labels that there are, alone or with layers of the network.
 */
import type { Command } from 'commander';
import { type Client, withClient } from '../client.ts';
import type { Context } from '../context.ts';
import { followJob } from '../job.ts';
import type { AddCommand, Flags } from './add.ts';
import { describeUse, type Head, type HeadStatus } from './heads/head.ts';
import { summaryOf } from './heads/summary.ts';
import { tuningOf } from './heads/tuning.ts';
import { withOwnNetwork } from './spaces.ts';
import { options } from './train/options.ts';
import { asFlags, requestOf, type TrainRequest } from './train/request.ts';
import { showAugmentation } from './train/show-augmentation.ts';

export function addTrain(program: Command, add: AddCommand): void {
  const made = add(
    program,
    'train',
    'a head on the labels: it names the other pictures, and a search goes by what it says; or with it the network itself',
    [],
    train,
  );
  for (const option of options) made.addOption(option);
}

async function train(context: Context, _: string[], flags: Flags): Promise<number> {
  const request = requestOf(flags);
  const sheet = flags.showAugmentation as string | undefined;
  return withClient(
    withOwnNetwork(context),
    (client) =>
      sheet === undefined ? trainHead(context, client, request) : showAugmentation(context, client, sheet, request),
    { listen: sheet === undefined },
  ).catch((error: unknown) => {
    throw asFlags(error);
  });
}

/** Trains, shows how that goes, and says how good it is. The same command goes on where one was interrupted. */
async function trainHead(context: Context, client: Client, request: TrainRequest): Promise<number> {
  const { config, io } = context;
  const job = await client.post<{ id: string }>('/heads', request);
  const isTuning = 'fine_tune' in request || 'from_scratch' in request;
  const { id } = (await followJob(context, client, job.id, {
    // A tuning counts pictures first, then steps, and has more to say of each.
    ...(isTuning ? { width: 8 } : { width: 12, unit: 'steps' }),
    cancelled: 'cancelled; the same command goes on where it stopped',
  })) as { id: number };
  const head = await client.json<Head>(`/heads/${id}`);
  const status = await client.json<HeadStatus>('/status');
  io.json({ type: 'head', ...head });
  for (const line of [...summaryOf(head), ...tuningOf(head, config.data)]) io.text(line);
  io.text(describeUse(head, status));
  if (io.isJson) return 0;
  if (head.in_use) {
    io.note(`next: indexer evaluate --report out.html; indexer similar IMAGE --label ${quoted(head.labels[0]!)}`);
  } else if (head.tuning && head.space !== status.space) {
    io.note(`next: indexer rebuild --backbone ${quoted(head.tuning.run)}, and this head is in use`);
  }
  return 0;
}

/** As a shell takes it. */
const quoted = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
