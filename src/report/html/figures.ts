import { measuredOf, type ShownReport, standardError, verdictOf } from '../shown.ts';
import { html, type Markup } from './markup.ts';
import { count, percent, short } from './numbers.ts';

/** The headline figures. */
export function figures(report: ShownReport): Markup {
  const { labels, threshold, evaluation } = report.head;
  const { train, validation, test } = evaluation.pictures;
  const sides = [`${count(validation)} held out`, ...(test > 0 ? [`${count(test)} for testing`] : [])];
  return html`<div class="figures">
${quality(report)}
${figure('Unknown below', percent(threshold), 'less probable predictions are not believed')}
${figure('Trained on', count(train), `pictures; ${sides.join(', ')}; ${count(labels.length)} classes`)}
</div>`;
}

function quality(report: ShownReport): Markup {
  const [first] = measuredOf(report);
  if (!first) {
    return figure(
      'Accuracy',
      'not measured',
      'no pictures were held out: train with a holdout or with folds to know it',
    );
  }
  const { baseline } = report.head.evaluation;
  const verdict = verdictOf(report);
  const { on, metrics } = first;
  const { accuracy, top5, macroF1, calibrationError, classes } = metrics;
  const error = (standardError(accuracy, metrics.pictures) * 100).toFixed(1);
  const five = classes.length <= 5 ? 'always, with so few classes' : 'the given label is among the five most probable';
  return html`${figure('Accuracy', percent(accuracy), `± ${error} points on ${count(metrics.pictures)} ${on}`, true)}
${figure('Recall_5 (top 5)', percent(top5), five)}
${figure('Macro F1', percent(macroF1), 'mean over the classes')}
${figure('Calibration error', percent(calibrationError), 'from how probable to how often right')}
${baseline && verdict && figure(`Nearest ${baseline.k} vote`, percent(baseline.accuracy), html`<span class="${verdict.beaten ? 'good' : 'bad'}">${verdict.beaten ? '✓' : '✗'} ${verdict.words}</span> on the held-out pictures`)}`;
}

/** The same figures of everything that was measured, where there is more than one. */
export function measurements(report: ShownReport): Markup | null {
  const all = measuredOf(report);
  if (all.length < 2) return null;
  const heads = ['pictures', 'accuracy', 'Recall_5', 'macro F1', 'log loss', 'calibration error'];
  return html`<div class="scroll"><table><thead><tr><th>measured on</th>${heads.map((head) => html`<th class="number">${head}</th>`)}</tr></thead><tbody>
${all.map(({ on, metrics: m }) => {
  const cells = [
    count(m.pictures),
    ...[m.accuracy, m.top5, m.macroF1].map(percent),
    short(m.logLoss),
    percent(m.calibrationError),
  ];
  return html`<tr><td>${on}</td>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>`;
})}
</tbody></table></div>`;
}

function figure(name: string, value: string, about: string | Markup, isFirst = false): Markup {
  return html`<div class="figure${isFirst ? ' first' : ''}"><div class="name">${name}</div><div class="value">${value}</div><div class="small">${about}</div></div>`;
}
