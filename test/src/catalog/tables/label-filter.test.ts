import { describe, expect, test } from 'vitest';
import type { LabelFilter } from '../../../../src/catalog/tables/label-filter.ts';
import { openSmall, putHead } from '../facts.ts';

/** 60 images: one in two is a tiger, one in 20 a lion; the last two are copies of the first two. */
function many() {
  const small = openSmall();
  for (let i = 0; i < 60; i++) {
    const { content } = small.put('left', `${i}.png`, String(i % 58));
    const label = i % 20 === 1 ? 'lion' : i % 2 === 0 ? 'tiger' : null;
    if (label !== null) small.catalog.labels.put(content, { label, split: null, origin: 'cli', at: i, conflict: null });
  }
  return small;
}

test.each<LabelFilter>([
  { anyOf: ['tiger'] },
  { anyOf: ['lion'] },
  { anyOf: ['tiger', 'lion'] },
  { noneOf: ['tiger'] },
  { noneOf: ['lion'] },
  { anyOf: ['tiger', 'lion'], noneOf: ['lion'] },
])('pages of any size and the contents of %j are the same images', (labels) => {
  const { catalog } = many();
  const all = catalog.images.page({ after: 0, limit: 100 }).filter(({ label }) => {
    const isIn = !labels.anyOf || (label !== null && labels.anyOf.includes(label));
    return isIn && !(label !== null && labels.noneOf?.includes(label));
  });
  const ids = all.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(2);
  for (const limit of [1, 3, 100]) {
    const found: number[] = [];
    for (;;) {
      const page = catalog.images.page({ after: found.at(-1) ?? 0, limit, labels });
      if (page.length === 0) break;
      found.push(...page.map(({ id }) => id));
    }
    expect(found).toEqual(ids);
  }
  expect(catalog.contentsWithLabels(labels)).toEqual(new Set(all.map(({ contentId }) => contentId)));
});

test('contents that have left the results are not among them', () => {
  const { catalog, drop } = many();
  const { id: image, contentId: content } = catalog.images.at('left', '2.png')!;
  drop({ image, content });
  expect(catalog.contentsWithLabels({ anyOf: ['tiger'] })).not.toContain(content);
  expect(catalog.contentsWithLabels({ noneOf: ['lion'] })).not.toContain(content);
  // The other image with these bytes is still there.
  const { id, contentId } = catalog.images.at('left', '0.png')!;
  drop({ image: id, content: contentId });
  expect(catalog.contentsWithLabels({ anyOf: ['tiger'] })).toContain(contentId);
});

describe('with a head in use', () => {
  /** What it says of a content, and how surely. */
  const said = (content: number) => ({ label: content % 3 === 0 ? 'tiger' : 'zebra', p: (content % 10) / 10 });
  const threshold = 0.5;

  test.each<LabelFilter>([
    { anyOf: ['tiger'] },
    { anyOf: ['zebra'] },
    { anyOf: ['lion', 'zebra'] },
    { anyOf: ['tiger'], source: 'given' },
    { anyOf: ['tiger'], source: 'predicted' },
    { anyOf: ['zebra'], minP: 0.2 },
    { anyOf: ['tiger', 'zebra'], minP: 0.8, source: 'predicted' },
    { noneOf: ['zebra'] },
    { noneOf: ['zebra'], minP: 0.7 },
    { noneOf: ['tiger'], source: 'given' },
    { noneOf: ['tiger'], source: 'predicted' },
    { anyOf: ['tiger', 'zebra'], noneOf: ['zebra'], minP: 0.3 },
  ])('%j takes what was given, and what is predicted where nothing was', (labels) => {
    const { catalog } = many();
    putHead(catalog, { labels: ['tiger', 'zebra'], threshold });
    const ids = ['tiger', 'zebra'].map((_, place) => catalog.heads.labelIds(1)[place]!);
    const contents = Array.from({ length: 58 }, (_, i) => i + 1);
    const predictions = contents.map((content) => {
      const { label, p } = said(content);
      return { content, label: ids[label === 'tiger' ? 0 : 1]!, p };
    });
    catalog.predictions.put(1, predictions);
    // Another head, which is not in use, says the opposite.
    putHead(catalog, { labels: ['zebra', 'tiger'], threshold: 0 });
    catalog.predictions.put(
      2,
      predictions.map((one) => ({ ...one, label: ids.find((id) => id !== one.label)!, p: 1 })),
    );
    catalog.heads.use(1);

    const { anyOf, noneOf, source, minP = threshold } = labels;
    const has = (names: readonly string[], image: { label: string | null; contentId: number }): boolean => {
      const { label, p } = said(image.contentId);
      const isGiven = source !== 'predicted' && image.label !== null && names.includes(image.label);
      const isPredicted = source !== 'given' && image.label === null && p >= minP && names.includes(label);
      return isGiven || isPredicted;
    };
    const all = catalog.images.page({ after: 0, limit: 100 });
    const wanted = all.filter((image) => (!anyOf || has(anyOf, image)) && !(noneOf && has(noneOf, image)));
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.length).toBeLessThan(60);
    expect(catalog.contentsWithLabels(labels)).toEqual(new Set(wanted.map(({ contentId }) => contentId)));
    for (const limit of [1, 100]) {
      const page = catalog.images.page({ after: 0, limit, labels });
      expect(page.map(({ id }) => id)).toEqual(wanted.slice(0, limit).map(({ id }) => id));
    }
  });
});
