/**
 * The counts of one run over one or several roots.
 */
import type { JobControl, Outcome, Summary } from '../../src/index.ts';
import { fileKey } from './context.ts';

export interface Tally {
  /** Once for each root: what a walk found. `todo`: files to read. */
  walked(found: { unchanged: number; ignored: number; todo: number }): void;
  /** One file to read is done. */
  done(): void;
  outcome(outcome: Outcome): void;
  counts(): Pick<Summary, 'indexed' | 'reused' | 'unchanged' | 'removed' | 'failed' | 'ignored'>;
}

export function createTally(roots: number, control: Pick<JobControl, 'progress' | 'outcome'>): Tally {
  const counts = { indexed: 0, reused: 0, unchanged: 0, removed: 0, ignored: 0 };
  const failed = new Set<string>();
  let walks = 0;
  let done = 0;
  let total = 0;
  const report = () => control.progress(done, walks < roots ? null : total);
  return {
    walked(found) {
      walks++;
      total += found.todo;
      counts.unchanged += found.unchanged;
      counts.ignored += found.ignored;
      report();
    },
    done() {
      done++;
      report();
    },
    outcome(outcome) {
      const key = fileKey(outcome.root, outcome.image);
      // The last word on a file counts: it may have been half-copied at the first.
      if (outcome.type !== 'failed') {
        counts[outcome.type]++;
        failed.delete(key);
      } else if (!outcome.again) failed.add(key);
      control.outcome(outcome);
    },
    counts: () => ({ ...counts, failed: failed.size }),
  };
}
