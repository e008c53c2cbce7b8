import { expect, test } from 'vitest';
import { createAllowed } from '../../src/allowed.ts';
import { openSmall } from './catalog/facts.ts';

function labelled() {
  const small = openSmall();
  const { catalog } = small;
  const row = catalog.spaces.list()[0]!;
  const space = { id: row.fingerprint, backbone: 'tiny', classes: catalog.classes(row), storesClasses: false };
  const put = (path: string, label: string): number => {
    const { content } = small.put('left', path);
    catalog.labels.put(content, { label, split: null, origin: 'cli', at: 1, conflict: null });
    return content;
  };
  const allowed = createAllowed(catalog);
  return {
    ...small,
    put,
    among: (...anyOf: string[]) => allowed(space, { labels: { anyOf } }),
    all: allowed(space, {}),
  };
}

test('without a filter a search is among all', () => {
  expect(labelled().all).toBeUndefined();
});

test('an answer is kept until the catalog changes', () => {
  const { put, among } = labelled();
  const first = put('a', 'tiger');
  const before = among('tiger');
  expect(before).toEqual(new Set([first]));
  expect(among('tiger')).toBe(before);
  const second = put('b', 'tiger');
  expect(among('tiger')).toEqual(new Set([first, second]));
});

test('a few answers are kept, those that were used last', () => {
  const { put, among } = labelled();
  const names = Array.from({ length: 9 }, (_, i) => `label ${i}`);
  for (const name of names) put(name, name);
  const [first, second] = names.map((name) => among(name));
  expect(among(names[1]!)).toBe(second);
  expect(among(names[0]!)).not.toBe(first);
});
