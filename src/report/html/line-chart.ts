import { html, type Markup } from './markup.ts';
import { place, short } from './numbers.ts';
import { ticksOf } from './ticks.ts';

type Point = readonly [x: number, y: number];

export interface Line {
  readonly name: string;
  /** Its class in the style sheet. */
  readonly look: 'train' | 'validation';
  /** By x, ascending. */
  readonly points: readonly Point[];
}

export interface LineChart {
  readonly title: string;
  /** Of the horizontal axis. */
  readonly unit: string;
  readonly lines: readonly Line[];
  /** What is marked, and in which words. */
  readonly mark: { readonly at: Point; readonly words: string } | null;
  /** Bounds that the vertical axis keeps to. */
  readonly floor?: number;
  readonly ceiling?: number;
  readonly format?: (value: number) => string;
}

const [width, height] = [480, 270];
const [left, right, top, bottom] = [52, 12, 34, 38];
/** More points than that nobody sees. */
const mostPoints = 600;

/** An SVG with two axes, a grid, a legend and the lines. */
export function lineChart(chart: LineChart): Markup {
  const { title, unit, lines, mark, format = short } = chart;
  const all = lines.flatMap(({ points }) => points);
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
  const [firstX, lastX] = rangeOf(xs);
  const [leastY, mostY] = rangeOf(ys);
  const fromX = firstX === lastX ? Math.min(0, firstX) : firstX;
  const spanX = lastX - fromX || 1;
  const yTicks = ticksOf(chart.floor ?? leastY, Math.max(mostY, chart.ceiling ?? mostY), 5);
  const [lowY, highY] = [yTicks[0]!, yTicks.at(-1)!];
  const x = (value: number): number => place(left + ((value - fromX) / spanX) * (width - left - right));
  const y = (value: number): number => place(height - bottom - ((value - lowY) / (highY - lowY)) * plotHeight);
  // Parts of an epoch only where there are few epochs.
  const xTicks = ticksOf(fromX, lastX, 6).filter(
    (value) => value >= fromX && value <= lastX && (spanX < 2 || Number.isInteger(value)),
  );
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
${yTicks.map(
  (value) => html`<line class="grid" x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}"/>
<text class="tick" x="${left - 8}" y="${y(value) + 4}" text-anchor="end">${format(value)}</text>`,
)}
${xTicks.map((value) => html`<text class="tick" x="${x(value)}" y="${height - bottom + 18}" text-anchor="middle">${short(value)}</text>`)}
<text class="tick" x="${width - right}" y="${height - 4}" text-anchor="end">${unit}</text>
${lines.map(
  (
    { name, look },
    i,
  ) => html`<g class="${look}"><line class="line" x1="${left + i * 110}" x2="${left + 22 + i * 110}" y1="14" y2="14"/>
<text class="legend" x="${left + 28 + i * 110}" y="18">${name}</text></g>`,
)}
${lines.map(({ look, points }) => drawn(look, thinned(points), x, y))}
${mark && marked(mark, x, y)}
</svg>`;
}

const plotHeight = height - top - bottom;

/** A single point is no line: it is a dot. */
function drawn(look: string, points: readonly Point[], x: Scale, y: Scale): Markup {
  const [first] = points;
  if (first && points.length === 1)
    return html`<circle class="${look} dot" cx="${x(first[0])}" cy="${y(first[1])}" r="4"/>`;
  return html`<polyline class="${look} line" points="${points.map(([px, py]) => `${x(px)},${y(py)}`).join(' ')}"/>`;
}

type Scale = (value: number) => number;

function marked({ at, words }: NonNullable<LineChart['mark']>, x: Scale, y: Scale): Markup {
  const [px, py] = [x(at[0]), y(at[1])];
  const isLeft = px > width / 2;
  // Where the point is high up the words go below it.
  const wordsY = py < top + plotHeight / 2 ? py + 24 : py - 14;
  return html`<line class="best" x1="${px}" x2="${px}" y1="${top}" y2="${height - bottom}"/>
<circle class="validation dot" cx="${px}" cy="${py}" r="4.5"/>
<text class="legend strong" x="${isLeft ? px - 8 : px + 8}" y="${wordsY}" text-anchor="${isLeft ? 'end' : 'start'}">${words}</text>`;
}

/** Every so many of them, and the last. */
function thinned(points: readonly Point[]): readonly Point[] {
  const every = Math.ceil(points.length / mostPoints);
  return points.filter((_, i) => i % every === 0 || i === points.length - 1);
}

function rangeOf(values: readonly number[]): [least: number, most: number] {
  return [
    values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
  ];
}
