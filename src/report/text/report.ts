/**
 * A head's report as tables for a terminal.
 */
import { worstFirst } from '../class-order.ts';
import { confusionsOf } from '../confused.ts';
import { measuredOf, type ShownImage, type ShownReport, standardError, verdictOf } from '../shown.ts';
import { type Column, printable, table } from './columns.ts';

export interface TextReportOptions {
  /** Characters in a line; absent: 80. */
  readonly width?: number | undefined;
  /** Most classes, and half as many of everything else; absent: 20. */
  readonly most?: number | undefined;
}

const word = (head: string): Column => ({ head, mayShrink: true });
const number = (head: string): Column => ({ head, isNumber: true });

/** @returns lines without their ends; blank ones between the parts */
export function reportText(report: ShownReport, o: TextReportOptions = {}): string[] {
  const { width = 80, most = 20 } = o;
  const few = Math.ceil(most / 2);
  const parts = [summary(report), measured(report, width), classes(report, width, most)];
  parts.push(confused(report, width, few), ...pictures(report, width, few), notes(report));
  return parts.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
}

function summary({ head }: ShownReport): string[] {
  const { train, validation, test } = head.evaluation.pictures;
  const sides = [`${train} to train on`, `${validation} held out`, ...(test > 0 ? [`${test} for testing`] : [])];
  return [
    `head ${head.id}${head.inUse ? ' (in use)' : ''}: ${head.labels.length} classes; unknown below ${fraction(head.threshold)}`,
    `space ${head.space} (${head.backbone})`,
    `pictures: ${sides.join(', ')}`,
    `data ${head.data}`,
    head.evaluation.runtime,
  ].map(printable);
}

function measured(report: ShownReport, width: number): string[] {
  const all = measuredOf(report);
  const [first] = all;
  if (!first) return ['not measured: no pictures were held out'];
  const rows = all.map(({ short, metrics: m }) => [
    short,
    String(m.pictures),
    ...[m.accuracy, m.top5, m.macroF1].map(fraction),
    m.logLoss.toFixed(3),
    fraction(m.calibrationError),
  ]);
  const { baseline } = report.head.evaluation;
  const verdict = verdictOf(report);
  if (baseline) {
    rows.push([`nearest ${baseline.k} vote`, String(baseline.pictures), fraction(baseline.accuracy), '', '', '', '']);
  }
  const heads = ['pictures', 'accuracy', 'Recall_5', 'macro F1', 'log loss', 'calib. error'];
  const error = standardError(first.metrics.accuracy, first.metrics.pictures);
  return [
    ...table([word('measured on'), ...heads.map(number)], rows, width),
    `standard error of the accuracy ${fraction(error)}`,
    ...(baseline && verdict ? [`vote of the nearest ${baseline.k}: ${verdict.words}`] : []),
  ];
}

function classes(report: ShownReport, width: number, most: number): string[] {
  const [first] = measuredOf(report);
  if (!first) return [];
  const all = worstFirst(first.metrics.classes);
  const rows = all
    .slice(0, most)
    .map(({ label, precision, recall, f1, given, predicted }) => [
      label,
      ...[precision, recall, f1].map(fraction),
      String(given),
      String(predicted),
    ]);
  const heads = ['precision', 'recall', 'F1', 'given', 'predicted'].map(number);
  return [...table([word('class (worst first)'), ...heads], rows, width), ...more(all.length - rows.length)];
}

function confused(report: ShownReport, width: number, most: number): string[] {
  const [first] = measuredOf(report);
  if (!first) return [];
  const labelOf = (place: number): string => first.metrics.classes[place]!.label;
  const all = confusionsOf(first.metrics);
  if (all.length === 0) return [`of the ${first.on} none was taken for another class`];
  const rows = all
    .slice(0, most)
    .map(({ given, predicted, pictures }) => [labelOf(given), labelOf(predicted), String(pictures)]);
  const lines = table([word('confused: given'), word('predicted'), number('pictures')], rows, width);
  return [...lines, ...more(all.length - rows.length)];
}

function pictures(report: ShownReport, width: number, most: number): string[][] {
  const { mistakes, mistakeCount, mislabelled, mislabelledCount, nextToLabel } = report;
  const nameOf = ({ root, image }: ShownImage): string => `${root}/${image}`;
  const part = (columns: Column[], rows: string[][], count: number): string[] => {
    const shown = rows.slice(0, most);
    return shown.length === 0 ? [] : [...table(columns, shown, width), ...more(count - shown.length)];
  };
  const wrong = mistakes.map(({ image, given, predicted, p }) => [nameOf(image), given, predicted, fraction(p)]);
  const suspect = mislabelled.map(({ image, given, suggested, pSuggested }) => [
    nameOf(image),
    given,
    suggested,
    fraction(pSuggested),
  ]);
  const next = nextToLabel.map(({ image, uncertainty }) => [nameOf(image), fraction(uncertainty)]);
  return [
    part([word('wrong predictions'), word('given'), word('predicted'), number('p')], wrong, mistakeCount),
    part([word('probably mislabelled'), word('given'), word('rather'), number('p')], suspect, mislabelledCount),
    part([word('to label next'), number('unsure')], next, next.length),
  ];
}

function notes({ head }: ShownReport): string[] {
  return head.evaluation.notes.map((note) => `note: ${printable(note)}`);
}

function more(rest: number): string[] {
  return rest > 0 ? [`and ${rest} more`] : [];
}

/** `.867`; a dash for null. */
function fraction(value: number | null): string {
  return value === null ? '–' : value.toFixed(3).replace(/^0/, '');
}
