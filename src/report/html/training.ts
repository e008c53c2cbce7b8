import type { ShownReport } from '../shown.ts';
import { html, type Markup } from './markup.ts';
import { short } from './numbers.ts';

/** Where the head came from: all that is needed to train it again. */
export function training({ head }: ShownReport): Markup {
  const { options: o, evaluation } = head;
  const rows: (readonly [name: string, value: string])[] = [
    ['head', `${head.id}${head.inUse ? ', in use' : ''}`],
    ['trained', new Date(head.at).toISOString()],
    ['network', head.backbone],
    ['space', head.space],
    ['data fingerprint', head.data],
    ['runtime', evaluation.runtime],
    ['architecture', o.hidden === null ? o.arch : `${o.arch}, ${o.hidden} hidden units`],
    ['length', o.steps === null ? `${o.epochs} epochs at most` : `${o.steps} steps`],
    ['pictures a step', String(o.batch)],
    ['optimizer', `${o.optimizer}, learning rate ${short(o.lr)} (${o.lrDecay})`],
    ['weight decay', String(o.weightDecay)],
    ['dropout', String(o.dropout)],
    ['looks', o.evalEvery === null ? 'once an epoch' : `every ${o.evalEvery} steps`],
    ['patience', o.patience === 0 ? 'none: the last weights are kept' : `${o.patience} looks`],
    ['class weights', o.classWeights ? 'classes count the same' : 'pictures count the same'],
    ['holdout', String(o.holdout)],
    ['folds', o.folds === 0 ? 'none' : String(o.folds)],
    ['seed', String(o.seed)],
    ['temperature', short(head.temperature)],
  ];
  return html`<dl class="facts">${rows.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>
`,
  )}</dl>`;
}
