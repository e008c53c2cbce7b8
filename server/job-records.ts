import type { HeadRecord, JobRecord } from '../src/index.ts';
import { inJsonNames } from './head-parameters.ts';
import { headJson } from './head-records.ts';
import type { JobAnswer } from './job-schemas.ts';

/** @param scrub takes paths out of a message */
export function jobJson(job: JobRecord, scrub: (message: string) => string): JobAnswer {
  const { id, kind, state, done, total, rate, secondsLeft, notes, error } = job;
  // What is wrong with an option of a tuning is known only when its network was looked at.
  const said = (message: string): string => scrub(kind === 'train' ? inJsonNames(message) : message);
  return {
    id,
    kind,
    state,
    done,
    total,
    rate,
    seconds_left: secondsLeft,
    ...(notes && { notes: notes.map(said) }),
    result: resultJson(job),
    error: error && {
      code: error.code,
      message: said(error.message),
      ...(error.hint !== undefined && { hint: said(error.hint) }),
    },
  };
}

function resultJson({ kind, result }: JobRecord): JobAnswer['result'] {
  if (!result) return null;
  return kind === 'train' ? headJson(result as HeadRecord) : (result as JobAnswer['result']);
}
