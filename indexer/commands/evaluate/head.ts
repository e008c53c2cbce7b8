import { eventFiles, htmlReport, PixkinError, reportText, type ShownReport } from '../../../src/index.ts';
import { asUsage } from '../../ask.ts';
import { type Client, withClient } from '../../client.ts';
import type { Context } from '../../context.ts';
import { headId } from '../heads/ask.ts';
import { withOwnNetwork } from '../spaces.ts';
import { type ReportAnswer, reportOf } from './answer.ts';
import { readThumbnails } from './thumbnails.ts';
import { writeWhole } from './write.ts';

export interface HeadFlags {
  readonly head?: string;
  readonly report?: string;
  readonly tensorboard?: string;
  readonly limit?: string;
  readonly all?: boolean;
}

/** How good is a head? Tells what was measured when it was trained, of which pictures, and what to look at next. */
export function evaluateHead(context: Context, flags: HeadFlags): Promise<number> {
  const { io } = context;
  return withClient(withOwnNetwork(context), async (client) => {
    const id = flags.head === undefined ? await headInUse(client) : await headId(client, flags.head, '--head');
    const search = flags.limit === undefined ? '' : `?${new URLSearchParams({ limit: flags.limit })}`;
    const answer = await client.json<ReportAnswer>(`/heads/${id}/report${search}`);
    const report = reportOf(answer);
    io.json({ type: 'report', ...answer });
    const most = flags.all ? Number.POSITIVE_INFINITY : undefined;
    for (const line of reportText(report, { width: io.terminal?.columns, most })) io.text(line);
    if (flags.report !== undefined) await writeReport(context, client, report, flags.report);
    if (flags.tensorboard !== undefined) await writeEvents(context, report, flags.tensorboard);
    return 0;
  }).catch((error: unknown) => {
    throw asUsage(error, { id: '--head', limit: null });
  });
}

/** @throws PixkinError `head_not_found` */
async function headInUse(client: Client): Promise<number> {
  const { heads } = await client.json<{ heads: { id: number; in_use: boolean }[] }>('/heads');
  const used = heads.find(({ in_use }) => in_use);
  if (used) return used.id;
  const hint =
    heads.length === 0
      ? 'indexer train makes one from the labels; --from-folders compares networks'
      : `--head names one (${heads.map(({ id }) => id).join(', ')}); indexer heads use ID makes it the one in use`;
  throw new PixkinError('head_not_found', 'a head must be in use, or named by --head; none is in use', { hint });
}

async function writeReport(context: Context, client: Client, report: ShownReport, file: string): Promise<void> {
  const thumbnails = await readThumbnails(context, client, report);
  await writeWhole('--report', file, htmlReport(report, { thumbnails }));
  context.io.note(`written: ${file}`);
}

/** The number and the fingerprint: heads of several collections may be compared in one folder. */
async function writeEvents({ io }: Context, { head }: ShownReport, folder: string): Promise<void> {
  const run = `${folder}/head-${head.id}-${head.data.slice(0, 8)}`;
  for (const { path, bytes } of eventFiles(head.evaluation.history, head.at)) {
    await writeWhole('--tensorboard', `${run}/${path}`, bytes);
  }
  io.note(`written: ${run} (tensorboard --logdir ${folder})`);
}
