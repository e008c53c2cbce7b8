import type { Summary } from '../../src/index.ts';
import { withClient } from '../client.ts';
import type { Context } from '../context.ts';
import { followJob } from '../job.ts';
import { addRoots } from './roots.ts';
import { requireStoring, showSummary, warnOfClasses, warnOfConflicts, warnOfRoots } from './summary.ts';

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
      await requireStoring(context, client);
      const roots = await addRoots(client, folders, { ...o, sweep: false });
      const job = await client.post<{ id: string }>('/jobs', { kind: 'index', roots });
      const summary = (await followJob(context, client, job.id)) as Summary;
      showSummary(context, summary);
      await warnOfRoots(context, client, roots);
      await warnOfClasses(context, client);
      await warnOfConflicts(context, client);
      return { new: summary.failed, any: summary.quarantined, none: 0 }[o.failOn] > 0 ? 3 : 0;
    },
    { listen: true },
  );
}
