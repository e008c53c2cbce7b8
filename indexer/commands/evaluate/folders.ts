import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  defaultBackbone,
  type Evaluation,
  evaluateNetwork,
  modelFoldersOf,
  type NetworkChoice,
  PixkinError,
  type Pooling,
  type SpaceRecord,
} from '../../../src/index.ts';
import { withClient } from '../../client.ts';
import type { Context } from '../../context.ts';
import { readLabelledFolders } from '../../labelled-folders.ts';
import { createProgress } from '../../progress.ts';
import { wholeNumber } from '../rebuild.ts';
import { size, withOwnNetwork } from '../spaces.ts';

type Choice = NetworkChoice & { readonly backbone: string };

export interface FolderFlags {
  readonly fromFolders: string;
  readonly backbone?: readonly string[];
  readonly pooling?: readonly Pooling[];
  readonly project?: readonly string[];
  readonly space?: readonly string[];
}

/** Which network should I use? Compares them on labelled folders; the collection is not touched. */
export async function compareNetworks(context: Context, flags: FolderFlags): Promise<number> {
  const { config, io, signal, env } = context;
  const set = await readLabelledFolders(flags.fromFolders, signal);
  const project = flags.project?.map(wholeNumber) ?? [];
  const choices = await choicesOf(context, flags);
  const { queries, gallery, labels } = set;
  const others = queries === gallery ? 'all others' : `${gallery.length} others`;
  io.note(`${queries.length} pictures of ${labels.length} kinds ask ${others}`);
  const done: Evaluation[] = [];
  for (const choice of choices) {
    const progress = createProgress(io);
    try {
      const evaluations = await evaluateNetwork(choice, set, {
        project,
        folders: modelFoldersOf(config.data),
        device: config.device,
        runtime: config.runtime,
        ...(config.workers !== undefined && { workers: config.workers }),
        env,
        signal,
        onProgress: (done, total) => progress.update({ done, total, rate: null, secondsLeft: null }),
      });
      done.push(...evaluations);
      for (const evaluation of evaluations) io.json(jsonOf(evaluation));
    } finally {
      progress.stop();
    }
  }
  for (const line of table(done)) io.text(line);
  return 0;
}

/** The networks and spaces that are named, else the spaces that the collection has, else the network that it would begin with. */
async function choicesOf(context: Context, { backbone, pooling, space }: FolderFlags): Promise<Choice[]> {
  const isThere = existsSync(join(context.config.data, 'catalog.db'));
  const spaces = space || (!backbone && isThere) ? await spacesOf(context) : [];
  const [current] = spaces;
  const pooled = (one: string): Choice[] =>
    pooling?.map((how) => ({ backbone: one, pooling: how })) ?? [{ backbone: one }];
  if (backbone || space)
    return [...(backbone ?? []).flatMap(pooled), ...(space ?? []).map((one) => found(spaces, one))];
  return current && !pooling ? spaces.map(choiceOf) : pooled(current?.folder ?? defaultBackbone);
}

const choiceOf = ({ folder, pooling, cut }: SpaceRecord): Choice => ({
  backbone: folder,
  ...(pooling !== null && { pooling }),
  ...(cut !== null && { cut }),
});

function found(spaces: readonly SpaceRecord[], asked: string): Choice {
  const named = spaces.filter(({ id, backbone }) => id.startsWith(asked) || backbone === asked);
  if (named.length === 1) return choiceOf(named[0]!);
  const all = spaces.map(({ id, backbone }) => `${id} (${backbone})`).join(', ');
  throw new PixkinError('space_not_found', `--space must name one of ${all}; got "${asked}"`);
}

/** The current one first. */
function spacesOf(context: Context): Promise<SpaceRecord[]> {
  return withClient(withOwnNetwork(context), async (client) => {
    return (await client.json<{ spaces: SpaceRecord[] }>('/spaces')).spaces;
  });
}

function jsonOf({ msPerPicture, bytesPerPicture, ...rest }: Evaluation): object {
  return { type: 'evaluation', ...rest, ms_per_picture: msPerPicture, bytes_per_picture: bytesPerPicture };
}

function table(all: readonly Evaluation[]): string[] {
  const [first] = all;
  if (!first) return [];
  const rows = all.map((e) => [
    [e.backbone, e.cut, e.pooling, e.projected ? 'projected' : null].filter((part) => part !== null).join(', '),
    String(e.dim),
    ...[e.p1, e.p10, e.map].map(fraction),
    e.msPerPicture.toFixed(1),
    size(e.bytesPerPicture),
  ]);
  const heads = ['network', 'numbers', 'P@1', `P@${first.depth}`, 'mAP', 'ms a picture', 'on the disk'];
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  const error = Math.sqrt((first.p1 * (1 - first.p1)) / first.queries);
  const failed = first.failed > 0 ? `; ${first.failed} pictures could not be read` : '';
  const note = `${first.queries} queries; by chance ${fraction(first.chance)}; standard error of P@1 ${fraction(error)}${failed}`;
  return [heads, ...rows].map(line).concat(note);
}

/** `.867` */
const fraction = (value: number): string => value.toFixed(3).replace(/^0/, '');
