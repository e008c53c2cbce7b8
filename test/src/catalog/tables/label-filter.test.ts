import { expect, test } from 'vitest';
import type { LabelFilter } from '../../../../src/catalog/tables/label-filter.ts';
import { openSmall } from '../facts.ts';

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
