import type { FitRecord, HeadEvaluation } from '../../head/head.ts';
import { type Line, lineChart } from './line-chart.ts';
import { html, type Markup } from './markup.ts';
import { count, percent, short } from './numbers.ts';

/** Loss and accuracy over the epochs of the fit that is evaluated. */
export function curves({ history, best, refitted }: HeadEvaluation): Markup {
  const last = history.at(-1);
  if (!last) return html`<p>No look at the pictures was recorded.</p>`;
  const kept = history[best] ?? last;
  const isHeldOut = history.some(({ valLoss }) => valLoss !== null);
  const loss = linesOf(history, 'loss', 'valLoss');
  const accuracy = linesOf(history, 'accuracy', 'valAccuracy');
  if (loss.length === 0 || accuracy.length === 0) return html`<p>Its losses are no numbers.</p>`;
  const least = Math.min(...accuracy.flatMap(({ points }) => points.map(([, y]) => y)));
  const mark = (value: number | null, words: string) =>
    value === null ? null : { at: [kept.epoch, value] as const, words: `epoch ${short(kept.epoch)}: ${words}` };
  return html`<div class="charts">
<figure>${lineChart({
    title: 'Loss over epochs',
    unit: 'epoch',
    lines: loss,
    floor: 0,
    mark: mark(kept.valLoss, short(kept.valLoss ?? 0)),
  })}<figcaption>Loss: mean of −ln p of the given label</figcaption></figure>
<figure>${lineChart({
    title: 'Accuracy over epochs',
    unit: 'epoch',
    lines: accuracy,
    // Where all is right there is still an axis.
    floor: Math.max(0, Math.min(least, 0.9)),
    ceiling: 1,
    mark: mark(kept.valAccuracy, percent(kept.valAccuracy)),
    format: (value) => `${Number((value * 100).toPrecision(3))}%`,
  })}<figcaption>Accuracy</figcaption></figure>
</div>
<p class="quiet">${about(history.length, last, isHeldOut, refitted)}</p>`;
}

function about(looks: number, last: FitRecord, isHeldOut: boolean, refitted: boolean): string {
  const length = `Epochs: ${short(last.epoch)}, steps: ${count(last.step)}, looks at the pictures: ${count(looks)}.`;
  if (!isHeldOut) return `${length} Nothing was held out, so the last weights were kept.`;
  const again = refitted ? '; then the head was fitted once more, as long, with the held-out pictures too' : '';
  return `${length} The weights at the mark were kept${again}. The training line is measured while it learns, dropout included.`;
}

function linesOf(
  history: readonly FitRecord[],
  train: 'loss' | 'accuracy',
  validation: 'valLoss' | 'valAccuracy',
): Line[] {
  const pointsOf = (field: keyof FitRecord) =>
    history.flatMap((record) => {
      const value = record[field];
      return value !== null && Number.isFinite(value) ? [[record.epoch, value] as const] : [];
    });
  const lines: Line[] = [
    { name: 'training', look: 'train', points: pointsOf(train) },
    { name: 'held out', look: 'validation', points: pointsOf(validation) },
  ];
  return lines.filter(({ points }) => points.length > 0);
}
