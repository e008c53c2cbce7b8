/**
 * A head's report as one HTML file that needs nothing else: no script, no request, pictures inside.
 */
import { createHash } from 'node:crypto';
import { type Measured, measuredOf, type ShownReport } from '../shown.ts';
import { classTable } from './classes.ts';
import { curves } from './curves.ts';
import { figures, measurements } from './figures.ts';
import { html, type Markup } from './markup.ts';
import { confusion } from './matrix.ts';
import { count } from './numbers.ts';
import { mislabelled, mistakes, nextToLabel, type Thumbnails } from './pictures.ts';
import { style } from './style.ts';
import { training } from './training.ts';

export interface HtmlReportOptions {
  /** JPEGs by image; one that is not there is shown without. */
  readonly thumbnails?: Thumbnails | undefined;
  /** Absent: the head's number, and what it tells apart. */
  readonly title?: string | undefined;
}

/** Whatever a label or a file is called: the page loads nothing and runs nothing. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  'img-src data:',
  "form-action 'none'",
  "base-uri 'none'",
].join('; ');

type Section = readonly [id: string, title: string, content: Markup];

/** @returns the whole file; labels and paths are escaped */
export function htmlReport(report: ShownReport, o: HtmlReportOptions = {}): string {
  const { id, labels, backbone, inUse, at, evaluation } = report.head;
  const title = o.title ?? `Head ${id}: ${labels.length} classes`;
  const [first] = measuredOf(report);
  const thumbnails = o.thumbnails ?? new Map();
  const sections: Section[] = [
    ['curves', 'Curves', curves(evaluation)],
    ...(first ? quality(report, first, thumbnails) : [unmeasured]),
    ['next', 'To label next', nextToLabel(report, thumbnails)],
    ['training', 'How it was trained', training(report)],
  ];
  const link = ([id, title]: Section): Markup => html`<a href="#${id}">${title}</a>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title}</title>
<style>${{ markup: style }}</style>
</head>
<body>
<h1><bdi>${title}</bdi></h1>
<p class="quiet">${backbone}, trained ${new Date(at).toISOString().slice(0, 10)}${inUse ? ', in use' : ''}</p>
<nav>${sections.map(link)}</nav>
${figures(report)}
${measurements(report)}
${notes(evaluation.notes)}
${sections.map(
  ([id, title, content]) => html`<section id="${id}"><h2>${title}</h2>
${content}</section>
`,
)}</body>
</html>
`.markup;
}

function quality(report: ShownReport, { on, metrics }: Measured, thumbnails: Thumbnails): Section[] {
  const what = html`<p>On the ${count(metrics.pictures)} ${on}.</p>`;
  return [
    ['confusion', 'Confusion matrix', html`${what}${confusion(metrics)}`],
    ['classes', 'Classes', html`${what}${classTable(metrics.classes)}`],
    ['mistakes', 'Wrong predictions', mistakes(report, thumbnails)],
    ['mislabelled', 'Probably mislabelled', mislabelled(report, thumbnails)],
  ];
}

const unmeasured: Section = [
  'quality',
  'Quality',
  html`<p>Not measured: no pictures were held out, and there was no cross-validation. So there is no confusion matrix, and nothing is known of single
classes, wrong predictions and wrong labels.</p>`,
];

/** What there is to know before the figures are believed. */
function notes(all: readonly string[]): Markup | null {
  return all.length === 0 ? null : html`<ul class="notes">${all.map((note) => html`<li>${note}</li>`)}</ul>`;
}
