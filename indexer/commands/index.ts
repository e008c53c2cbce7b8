import type { RootRecord, Summary } from '../../src/index.ts';
import { type Client, withClient } from '../client.ts';
import type { Context } from '../context.ts';
import { followJob } from '../job.ts';
import { addRoots } from './roots.ts';

/** Which failures make the exit code 3. */
export const failOnValues = ['new', 'any', 'none'] as const;
export type FailOn = (typeof failOnValues)[number];

/** One sweep over folders, which are remembered. */
export function index(
  context: Context,
  folders: readonly string[],
  o: { name?: string; failOn: FailOn },
): Promise<number> {
  return withClient(
    context,
    async (client) => {
      const roots = await addRoots(client, folders, o.name);
      const job = await client.post<{ id: string }>('/jobs', { kind: 'index', roots });
      const summary = (await followJob(context, client, job.id)) as Summary;
      showSummary(context, summary);
      await warnOfRoots(context, client, roots);
      return { new: summary.failed, any: summary.quarantined, none: 0 }[o.failOn] > 0 ? 3 : 0;
    },
    { listen: true },
  );
}

/** The last line of a sweep. */
export function showSummary({ io }: Context, s: Summary): void {
  io.json({ type: 'summary', ...s });
  const counts = [
    `${s.indexed} indexed`,
    `${s.reused} reused`,
    `${s.unchanged} unchanged`,
    `${s.removed} removed`,
    `${s.failed} failed`,
  ];
  io.text(`${counts.join(', ')} in ${s.seconds.toFixed(1)} s`);
  io.text(`through the network: ${s.inferences}; other files, left alone: ${s.ignored}`);
  if (s.quarantined > 0) io.text(`in quarantine: ${s.quarantined} (indexer failures says why)`);
}

/** Says why pictures that are gone from a folder are still in the results. */
export async function warnOfRoots({ io }: Context, client: Client, names: readonly string[]): Promise<void> {
  const { roots } = await client.json<{ roots: RootRecord[] }>('/roots');
  for (const { name, state, held } of roots) {
    if (!names.includes(name)) continue;
    if (state === 'held') {
      io.note(`${name}: ${held} images are gone; they stay in the results until: indexer roots confirm ${name}`);
    }
    if (state === 'offline') io.note(`${name}: offline, its folder is missing or none of its pictures is in it`);
  }
}
