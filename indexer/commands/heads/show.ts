import type { Context } from '../../context.ts';
import { columns } from '../models/text.ts';
import { ask, at } from './ask.ts';
import { describeUse, fraction, type Head, type HeadLine, type HeadMetrics, type HeadStatus } from './head.ts';
import { notesOf, summaryOf } from './summary.ts';
import { tuningOf, writtenOption } from './tuning.ts';

/** Rows that people are shown of a table; all are in the JSON. */
const mostClasses = 100;
const mostPairs = 10;

export function list(context: Context): Promise<number> {
  const { io } = context;
  return ask(context, async (client) => {
    const { heads } = await client.json<{ heads: HeadLine[] }>('/heads');
    const rows = heads.map((head) => {
      io.json(head);
      const { train, validation, test } = head.pictures;
      return [
        head.id,
        head.at.slice(0, 16).replace('T', ' '),
        `${head.labels.length} labels`,
        `${train + validation + test} pictures`,
        `accuracy ${fraction(head.accuracy)}`,
        `space ${head.space} (${head.backbone})`,
        head.in_use ? 'in use' : '',
      ];
    });
    for (const line of columns(rows)) io.text(line);
    if (heads.length === 0) io.text('no head yet: indexer train makes one from the labels');
    return 0;
  });
}

export function show(context: Context, [id]: string[]): Promise<number> {
  const { config, io } = context;
  return ask(context, async (client) => {
    const head = await client.json<Head>(await at(client, id!));
    io.json(head);
    for (const line of [...summaryOf(head), ...tuningOf(head, config.data), ...notesOf(head)]) io.text(line);
    io.text(describeUse(head, await client.json<HeadStatus>('/status')));
    const written = Object.entries(head.options).flatMap(([name, value]) => writtenOption(name, value) ?? []);
    io.text('');
    io.text(`options: ${written.join(', ')}`);
    io.text(`trained with ${head.evaluation.runtime}`);
    const { test, validation, cross_validation } = head.evaluation;
    const [where, metrics] = test
      ? ['pictures for testing', test]
      : validation
        ? ['held-out pictures', validation]
        : ['pictures of the cross-validation', cross_validation];
    if (metrics) for (const line of [...classTable(where, metrics), ...confusions(where, metrics)]) io.text(line);
    return 0;
  });
}

/** The worst first. */
function classTable(where: string, { classes }: HeadMetrics): string[] {
  const sorted = classes.toSorted((a, b) => (a.f1 ?? 2) - (b.f1 ?? 2)).slice(0, mostClasses);
  const more = classes.length - sorted.length;
  const rows = sorted.map(({ label, precision, recall, f1, given, predicted }) => [
    label,
    ...[precision, recall, f1].map(fraction),
    given,
    predicted,
  ]);
  return [
    '',
    `on the ${where}, the worst first:`,
    ...columns([['label', 'precision', 'recall', 'F1', 'given', 'predicted'], ...rows]),
    ...(more > 0 ? [`and ${more} labels more (--json has them all)`] : []),
  ];
}

/** What it takes for what, most often first. */
function confusions(where: string, { classes, confusion }: HeadMetrics): string[] {
  const wrong = confusion.filter(([given, predicted]) => given !== predicted).toSorted((a, b) => b[2] - a[2]);
  if (wrong.length === 0) return ['', `no mistake among the ${where}`];
  const name = (place: number): string => classes[place]!.label;
  const pairs = wrong
    .slice(0, mostPairs)
    .map(([given, predicted, pictures]) => `${name(given)} taken for ${name(predicted)}: ${pictures}`);
  const more = wrong.length - pairs.length;
  return ['', ...pairs, ...(more > 0 ? [`and ${more} pairs more (--json has them all)`] : [])];
}
