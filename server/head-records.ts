/**
 * Heads as JSON says them.
 */
import type { HeadDetail, HeadRecord, HeadReport, ImageRecord, TrainingStep, Tuning } from '../src/index.ts';
import type { HeadAnswer, HeadDetailAnswer, HeadReportAnswer, TrainingAnswer } from './head-schemas.ts';
import { imageJson } from './records.ts';
import { type Snake, snake } from './snake.ts';

export const headJson = (head: HeadRecord): HeadAnswer => ({ ...snake(head), at: isoTime(head.at) });

/** @param scrub takes paths out of a message: the network that weights were taken from may be a folder */
export function headDetailJson(head: HeadDetail, scrub: (message: string) => string): HeadDetailAnswer {
  const { options, tuning, at } = head;
  return {
    ...snake(head),
    at: isoTime(at),
    options:
      'weightsFrom' in options
        ? snake({ ...options, weightsFrom: options.weightsFrom && scrub(options.weightsFrom) })
        : snake(options),
    tuning: tuning && tuningJson(tuning),
  };
}

function tuningJson({ run, comparison: { accuracy, precisionAt10 } }: Tuning): HeadDetailAnswer['tuning'] {
  return { run, comparison: { accuracy, precision_at_10: precisionAt10 } };
}

export const trainingJson = (step: TrainingStep): TrainingAnswer => snake(step);

/** @param scrub as of headDetailJson */
export function headReportJson(
  { head, mistakes, mislabelled, nextToLabel, ...counts }: HeadReport,
  scrub: (message: string) => string,
): HeadReportAnswer {
  return {
    head: headDetailJson(head, scrub),
    mistakes: mistakes.map(withImage),
    mislabelled: mislabelled.map(withImage),
    next_to_label: nextToLabel.map(withImage),
    ...snake(counts),
  };
}

function withImage<T extends { readonly image: ImageRecord }>({ image, ...rest }: T) {
  return { image: imageJson(image), ...(snake(rest) as Snake<Omit<T, 'image'>>) };
}

const isoTime = (ms: number): string => new Date(ms).toISOString();
