import type { ImageId } from '../../types.ts';
import type { ShownImage, ShownReport } from '../shown.ts';
import { html, type Markup } from './markup.ts';
import { count, percent, pictures } from './numbers.ts';

/** JPEGs. */
export type Thumbnails = ReadonlyMap<ImageId, Uint8Array>;

const splitNames = { train: 'cross-validation', validation: 'held out', test: 'for testing' } as const;

export function mistakes({ mistakes, mistakeCount }: ShownReport, thumbnails: Thumbnails): Markup {
  if (mistakeCount === 0) return html`<p>None: every picture that was asked about got the label that it was given.</p>`;
  return html`${intro(mistakes.length, mistakeCount, 'a head that had not seen them said something else than was given, the surest first')}
${gallery(
  mistakes.map(({ image, given, predicted, p, split }) =>
    card(image, thumbnails, html`${change(given, predicted)} <b>${percent(p)}</b>`, splitNames[split]),
  ),
)}`;
}

export function mislabelled({ mislabelled, mislabelledCount }: ShownReport, thumbnails: Thumbnails): Markup {
  if (mislabelledCount === 0) return html`<p>None stands out.</p>`;
  return html`${intro(mislabelled.length, mislabelledCount, 'their label is improbable and another one is not, the most suspect first')}
${gallery(
  mislabelled.map(({ image, given, suggested, pGiven, pSuggested }) =>
    card(image, thumbnails, change(given, suggested), `${percent(pGiven)} → ${percent(pSuggested)}`),
  ),
)}`;
}

export function nextToLabel({ nextToLabel }: ShownReport, thumbnails: Thumbnails): Markup {
  if (nextToLabel.length === 0) return html`<p>None to show.</p>`;
  return html`<p class="quiet">Pictures without a label that teach the head most: it is unsure of them, and they are unlike one another. The most useful first.</p>
${gallery(nextToLabel.map(({ image, uncertainty }) => card(image, thumbnails, html`unsure <b>${percent(uncertainty)}</b>`, '')))}`;
}

function intro(shown: number, all: number, what: string): Markup {
  const part = shown < all ? ` ${count(shown)} of them are shown.` : '';
  return html`<p class="quiet">${pictures(all)}: ${what}.${part}</p>`;
}

const change = (from: string, to: string): Markup =>
  html`<bdi>${from}</bdi> <span class="arrow">→</span> <bdi class="to">${to}</bdi>`;

const gallery = (cards: readonly Markup[]): Markup => html`<ul class="gallery">${cards}</ul>`;

function card({ id, root, image }: ShownImage, thumbnails: Thumbnails, words: Markup, small: string): Markup {
  const jpeg = thumbnails.get(id);
  const name = `${root}/${image}`;
  const face = jpeg
    ? html`<img src="data:image/jpeg;base64,${toBase64(jpeg)}" alt="${name}" loading="lazy">`
    : html`<div class="faceless">no thumbnail</div>`;
  return html`<li>${face}<div>${words}</div>${small === '' ? null : html`<div class="small">${small}</div>`}<div class="small path"><bdi>${name}</bdi></div></li>
`;
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
