import type { ClassMetrics } from '../../head/metrics.ts';
import { worstFirst } from '../class-order.ts';
import { html, type Markup } from './markup.ts';
import { count, percent, place } from './numbers.ts';

/** The rest is there, but folded. */
const unfolded = 40;

/** Precision, recall and F1 of every class, the worst first. */
export function classTable(classes: readonly ClassMetrics[]): Markup {
  const sorted = worstFirst(classes);
  // A few more are not worth a fold.
  const shown = sorted.length > unfolded * 1.5 ? unfolded : sorted.length;
  const rest = sorted.slice(shown);
  return html`<p class="quiet">The worst F1 first. A dash where nothing was given, or predicted, to measure it on.</p>
${table(sorted.slice(0, shown))}
${rest.length > 0 ? html`<details><summary>${count(rest.length)} classes more</summary>${table(rest)}</details>` : null}`;
}

function table(rows: readonly ClassMetrics[]): Markup {
  return html`<div class="scroll"><table class="classes"><thead><tr><th>class</th><th class="number">precision</th><th class="number">recall</th><th class="number">F1</th><th class="bar"></th><th class="number">given</th><th class="number">predicted</th></tr></thead><tbody>
${rows.map(
  ({
    label,
    given,
    predicted,
    precision,
    recall,
    f1,
  }) => html`<tr><td><bdi>${label}</bdi></td><td class="number">${percent(precision)}</td><td class="number">${percent(recall)}</td><td class="number">${percent(f1)}</td><td class="bar">${bar(f1)}</td><td class="number">${count(given)}</td><td class="number">${count(predicted)}</td></tr>
`,
)}</tbody></table></div>`;
}

function bar(value: number | null): Markup | null {
  if (value === null) return null;
  return html`<svg width="80" height="8" aria-hidden="true"><rect class="empty" width="80" height="8" rx="2"/><rect class="right" width="${place(80 * value)}" height="8" rx="2"/></svg>`;
}
