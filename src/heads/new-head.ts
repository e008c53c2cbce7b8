import type { ContentMistake, NewHead } from '../catalog/tables/heads.ts';
import type { LabelledContent } from '../catalog/tables/training.ts';
import type { TrainingReport } from '../training/run.ts';
import type { TrainedHead } from '../training/train.ts';
import type { Split, Tuning } from '../types.ts';

/** A head as the catalog keeps it. @param contents what it was trained on, in that order */
export function newHead(
  { head, bytes, report }: Pick<TrainedHead, 'head' | 'bytes' | 'report'>,
  contents: readonly LabelledContent[],
  tuning: Tuning | null = null,
): NewHead {
  const { space, labels, threshold, temperature, data, options, evaluation } = head;
  const idOf = new Map(contents.map(({ label, labelId }) => [label, labelId]));
  const { accuracy = null } = evaluation.test ?? evaluation.validation ?? {};
  return {
    ...{ space, at: Date.now(), threshold, bytes },
    labels: labels.map((name) => ({ id: idOf.get(name)!, name })),
    facts: { pictures: evaluation.pictures, accuracy, data },
    rest: { options, temperature, evaluation, tuning },
    report: {
      mistakes: mistakesOf(report, labels, contents),
      suspects: report.mislabelled.map(({ picture, given, suggested, pGiven, pSuggested }) => ({
        ...{ content: contents[picture]!.content, given, suggested },
        ...{ pGiven: rounded(pGiven), pSuggested: rounded(pSuggested) },
      })),
    },
  };
}

/** Most confident first. */
function mistakesOf(
  { judged, scores: { top, p, width }, train, validation, test }: TrainingReport,
  labels: readonly string[],
  contents: readonly LabelledContent[],
): ContentMistake[] {
  const placeOf = new Map(labels.map((label, place) => [label, place]));
  const splits: Split[] = [];
  for (const [split, places] of Object.entries({ train, validation, test })) {
    for (const i of places) splits[i] = split as Split;
  }
  const mistakes = Array.from(judged).flatMap((i) => {
    const { content, label } = contents[i]!;
    const [given, predicted] = [placeOf.get(label)!, top[i * width]!];
    if (given === predicted) return [];
    return [{ content, split: splits[i]!, given, predicted, p: rounded(p[i * width]!) }];
  });
  return mistakes.sort((a, b) => b.p - a.p || a.content - b.content);
}

const rounded = (p: number): number => Math.round(p * 1e6) / 1e6;
