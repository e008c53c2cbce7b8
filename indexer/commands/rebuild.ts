import { PixkinError, type RebuildPlan, type Rebuilt } from '../../src/index.ts';
import { withClient } from '../client.ts';
import type { Context } from '../context.ts';
import { followJob } from '../job.ts';
import { duration } from '../progress.ts';
import { size, withOwnNetwork } from './spaces.ts';
import { requireStoring } from './summary.ts';

export const poolings: readonly string[] = ['none', 'avg', 'max', 'gem'];

/**
 * Embeds what the current space lacks and builds its index anew; with a network of another space moves to that, or back.
 * The exit code is 3 where the network could not embed some pictures.
 */
export async function rebuild(context: Context, flags: Readonly<Record<string, unknown>>): Promise<number> {
  const { io } = context;
  const request = requestOf(flags);
  return withClient(
    // The network that is asked for is where it goes.
    withOwnNetwork(context),
    async (client) => {
      await requireStoring(context, client);
      const job = await client.post<{ id: string }>('/jobs', { kind: 'rebuild', ...request });
      const done = await followJob(context, client, job.id);
      if (request.dry_run) return showPlan(context, done as RebuildPlan);
      const result = done as Rebuilt;
      io.json({ type: 'rebuilt', ...result });
      io.text(`space ${result.space}: ${result.embedded} pictures embedded, ${result.vectors} vectors in the index`);
      if (result.failed > 0) io.text(`its network could not embed ${result.failed} pictures`);
      if (result.unclassified) io.text(`${result.unclassified} still have no classes: their files cannot be read`);
      if (result.dropped !== undefined) io.text(`space ${result.dropped} was freed`);
      return result.failed > 0 ? 3 : 0;
    },
    { listen: true },
  );
}

/** What the flags ask for, where they go together. */
function requestOf(flags: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const request: Record<string, unknown> = {};
  for (const name of ['fromCache', 'rollback', 'backbone', 'pooling', 'cut', 'project', 'dropOld', 'dryRun']) {
    if (flags[name] !== undefined)
      request[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = flags[name];
  }
  if (request.project !== undefined) request.project = wholeNumber(String(request.project));
  const flag = (name: string): string => `--${name.replace('_', '-')}`;
  const [where] = ['backbone', 'pooling', 'cut', 'project'].filter((name) => name in request);
  const kinds = [...['from_cache', 'rollback'].filter((name) => name in request), ...(where ? [where] : [])];
  if (kinds.length > 1) throw new PixkinError('usage', `${flag(kinds[0]!)} does not go with ${flag(kinds[1]!)}`);
  if (request.drop_old && !where) {
    throw new PixkinError('usage', '--drop-old goes with --backbone, --pooling, --cut or --project');
  }
  return request;
}

/** The number of `--project`. */
export function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new PixkinError('usage', `--project must be a whole number from 1 on; got ${text}`);
}

function showPlan({ io }: Context, plan: RebuildPlan): number {
  io.json({ type: 'plan', ...plan });
  const { space, backbone, pooling, dim, pictures, embedded, rate, sample, seconds } = plan;
  const name = space === null ? 'a new space' : `space ${space}`;
  io.text(`${name} (${pooling === null ? backbone : `${backbone}, ${pooling}`}): ${dim} numbers a picture`);
  const speed = rate === null ? '' : `, ${rate} a second (measured on ${sample}): ${duration(seconds ?? 0)}`;
  io.text(`to embed: ${pictures} of ${pictures + embedded} pictures${speed}`);
  io.text(`then ${size(plan.bytes)} on the disk, ${size(plan.memory)} in memory; nothing was changed`);
  return 0;
}
