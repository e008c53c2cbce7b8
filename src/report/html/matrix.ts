import type { Metrics } from '../../head/metrics.ts';
import { classesToShow, confusionsOf } from '../confused.ts';
import { shorten, widthOf } from '../fit.ts';
import { html, type Markup } from './markup.ts';
import { count, percent, pictures } from './numbers.ts';

/** More classes than that nobody can read. */
const most = 20;
const mostPairs = 20;
const labelLength = 20;
/** Of a letter of a label, in units of the drawing. */
const letter = 6.6;
/** A cell's colour covers at most so much, so that its number can be read. */
const cover = 0.65;

/** The confusion matrix as a heat map; of many classes those that are confused most, and the pairs of all. */
export function confusion(metrics: Metrics): Markup {
  const { classes } = metrics;
  const pairs = confusionsOf(metrics);
  const shown = classesToShow(metrics, most);
  if (shown.length === 0) return html`<p>None of the ${count(classes.length)} classes was taken for another.</p>`;
  const isPart = shown.length < classes.length;
  const inside = new Set(shown);
  const seen = pairs.filter(({ given, predicted }) => inside.has(given) && inside.has(predicted));
  const total = (some: typeof pairs): number => some.reduce((sum, { pictures }) => sum + pictures, 0);
  return html`<p class="quiet">A row for each label given, a column for each predicted: the number of pictures, and as the shade their part of the row.
<span class="key right">right</span> <span class="key wrong">wrong</span></p>
${isPart ? html`<p>${shown.length} of ${count(classes.length)} classes: those that are confused most. ${count(total(seen))} of ${count(total(pairs))} wrong predictions lie between them.</p>` : null}
<div class="scroll">${heatMap(metrics, shown)}</div>
${isPart ? pairTable(metrics, pairs) : null}`;
}

function heatMap({ classes, confusion }: Metrics, shown: readonly number[]): Markup {
  const size = shown.length <= 6 ? 68 : shown.length <= 12 ? 42 : 34;
  const names = shown.map((place) => shorten(classes[place]!.label, labelLength));
  const margin = 16 + letter * Math.max(...names.map(widthOf));
  const isSlanted = names.some((name) => widthOf(name) * letter > size - 2);
  const head = isSlanted ? 8 + margin * 0.75 : 24;
  // What leans over the last column.
  const width = margin + shown.length * size + (isSlanted ? margin * 0.7 : 2);
  const height = head + shown.length * size + 2;
  const at = new Map(shown.map((place, i) => [place, i]));
  const cells = confusion.flatMap(([given, predicted, pictures]) => {
    const [row, column] = [at.get(given), at.get(predicted)];
    return row === undefined || column === undefined ? [] : [{ given, predicted, pictures, row, column }];
  });
  const title = (place: number): Markup => html`<title>${classes[place]!.label}</title>`;
  return html`<svg class="matrix" width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" role="img" aria-label="Confusion matrix">
${shown.map((place, i) => {
  const [x, y] = [margin + (i + 0.5) * size, head - 8];
  const turned = isSlanted ? html` transform="rotate(-45 ${x} ${y})" text-anchor="start"` : html` text-anchor="middle"`;
  return html`<text class="tick" x="${margin - 8}" y="${head + (i + 0.5) * size + 4}" text-anchor="end">${names[i]!}${title(place)}</text>
<text class="tick" x="${x}" y="${y}"${turned}>${names[i]!}${title(place)}</text>`;
})}
<rect class="empty" x="${margin}" y="${head}" width="${shown.length * size}" height="${shown.length * size}"/>
${cells.map(({ given, predicted, pictures: number, row, column }) => {
  const part = number / classes[given]!.given;
  const [x, y] = [margin + column * size, head + row * size];
  const look = given === predicted ? 'right' : 'wrong';
  // A root: what is rare is what is looked for.
  const shade = (cover * (look === 'right' ? part : Math.sqrt(part))).toFixed(3);
  const words = `${classes[given]!.label} → ${classes[predicted]!.label}: ${pictures(number)}, ${percent(part)}`;
  return html`<g><title>${words}</title><rect class="${look}" x="${x + 1}" y="${y + 1}" width="${size - 2}" height="${size - 2}" rx="3" fill-opacity="${shade}"/>
<text class="cell" x="${x + size / 2}" y="${y + size / 2 + 4}" text-anchor="middle">${number}</text></g>`;
})}
</svg>`;
}

function pairTable({ classes }: Metrics, pairs: ReturnType<typeof confusionsOf>): Markup {
  const shown = pairs.slice(0, mostPairs);
  return html`<h3>Confused most often</h3>
<div class="scroll"><table><thead><tr><th>given</th><th>predicted</th><th class="number">pictures</th><th class="number">of those given</th></tr></thead><tbody>
${shown.map(
  ({
    given,
    predicted,
    pictures,
  }) => html`<tr><td><bdi>${classes[given]!.label}</bdi></td><td><bdi>${classes[predicted]!.label}</bdi></td>
<td class="number">${pictures}</td><td class="number">${percent(pictures / classes[given]!.given)}</td></tr>`,
)}
</tbody></table></div>
${pairs.length > shown.length ? html`<p class="quiet">and ${count(pairs.length - shown.length)} pairs more</p>` : null}`;
}
