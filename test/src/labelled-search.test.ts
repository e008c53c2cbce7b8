import { describe, expect, test } from 'vitest';
import type { LabelQuery, SearchOptions } from '../../src/types.ts';
import { type Engine, openEngine } from './engine.ts';
import { picture } from './fake-workers.ts';

/** Two tigers (one of them twice), a lion, and one without a label. */
async function zoo(): Promise<Engine> {
  const e = await openEngine({ classes: true });
  const bytes = { 'tiger 1': [1, 0], 'tiger 2': [1, 1], lion: [0, 1], nobody: [0, 0, 1], 'tiger 1 again': [1, 0] };
  for (const [name, vector] of Object.entries(bytes)) await e.add(`${name}.jpg`, picture(vector));
  for (const [id, label] of [
    [1, 'tiger'],
    [2, 'tiger'],
    [3, 'lion'],
  ] as const) {
    e.collection.labels.set(id, { label, origin: 'cli' });
  }
  return e;
}
const names = (images: readonly { image: string }[]) => images.map(({ image }) => image.replace('.jpg', '')).sort();
const found = async (e: Engine, labels: LabelQuery, o: SearchOptions = {}) =>
  names((await e.collection.search({ vector: [1, 1, 1, 0, 0, 0, 0, 0] }, { ...o, labels })).results);
const listed = (e: Engine, labels: LabelQuery) => names(e.collection.images({ labels }).images);

describe('a search by label', () => {
  test.each<[LabelQuery, string[]]>([
    [{ anyOf: ['tiger'] }, ['tiger 1', 'tiger 1 again', 'tiger 2']],
    [{ anyOf: [' tiger '], source: 'given' }, ['tiger 1', 'tiger 1 again', 'tiger 2']],
    [{ anyOf: ['tiger'], minP: 0.9 }, ['tiger 1', 'tiger 1 again', 'tiger 2']],
    [{ anyOf: ['tiger', 'lion'] }, ['lion', 'tiger 1', 'tiger 1 again', 'tiger 2']],
    [{ noneOf: ['tiger'] }, ['lion', 'nobody']],
    [{ noneOf: ['tiger', 'lion'] }, ['nobody']],
    [{ anyOf: ['tiger', 'lion'], noneOf: ['tiger'] }, ['lion']],
    [{ anyOf: ['tiger'], noneOf: ['tiger'] }, []],
    [{ anyOf: ['tiger'], source: 'predicted' }, []],
    [{ noneOf: ['tiger'], source: 'predicted' }, ['lion', 'nobody', 'tiger 1', 'tiger 1 again', 'tiger 2']],
  ])('%j finds %j, and so does a list', async (labels, expected) => {
    const e = await zoo();
    expect(await found(e, labels)).toEqual(expected);
    expect(listed(e, labels)).toEqual(expected);
  });

  test('finds what is labelled now', async () => {
    const e = await zoo();
    expect(await found(e, { anyOf: ['tiger'] })).toHaveLength(3);
    e.collection.labels.set(3, { label: 'tiger', origin: 'http' });
    expect(await found(e, { anyOf: ['tiger'] })).toHaveLength(4);
    await e.collection.forget('pictures', ['lion.jpg']);
    expect(await found(e, { anyOf: ['tiger'] })).toHaveLength(3);
    await e.add('new.jpg', picture([3, 3]));
    expect(await found(e, { noneOf: ['tiger'] })).toEqual(['new', 'nobody']);
  });

  test('gives as many as there are, up to k, whichever search runs', async () => {
    const e = await zoo();
    for (let n = 0; n < 40; n++) {
      await e.add(`more ${n}.jpg`, picture([9, n / 100], `${n}`));
      e.collection.labels.set(6 + n, { label: 'tiger', origin: 'cli' });
    }
    const query = { address: { image: 'tiger 1.jpg' } } as const;
    for (const exact of [true, false]) {
      const ask = (k: number, offset = 0) =>
        e.collection.search(query, { exact, k, offset, labels: { anyOf: ['tiger'] } });
      const { results, plan, nextOffset } = await ask(10);
      expect([results.length, plan.candidates, nextOffset]).toEqual([10, 42, 10]);
      expect((await ask(100)).results).toHaveLength(42);
      expect((await ask(10, 35)).results).toHaveLength(7);
    }
  });

  test('goes with classes: both must hold', async () => {
    const e = await zoo();
    const classes = { anyOf: ['crane'], minP: 0.3 };
    expect(await found(e, { anyOf: ['tiger'] }, { classes })).toEqual(['tiger 2']);
    expect(names(e.collection.images({ labels: { anyOf: ['tiger'] }, classes }).images)).toEqual(['tiger 2']);
  });

  test('pages through a list', async () => {
    const e = await zoo();
    const labels = { anyOf: ['tiger'] };
    const first = e.collection.images({ labels, limit: 2 });
    expect(names(first.images)).toEqual(['tiger 1', 'tiger 2']);
    const second = e.collection.images({ labels, limit: 2, after: first.next! });
    expect([names(second.images), second.next]).toEqual([['tiger 1 again'], null]);
  });
});

test.each<[LabelQuery, string, string | undefined]>([
  [{ anyOf: ['tigr'] }, 'label must be one that a picture has; got "tigr"', 'near: tiger'],
  [{ anyOf: ['Tiger'] }, 'label must be one that a picture has; got "Tiger"', 'near: tiger'],
  [{ noneOf: ['liom'] }, 'not_label must be one that a picture has; got "liom"', 'near: lion'],
  [{ anyOf: ['zzzzzzz'] }, 'label must be one that a picture has; got "zzzzzzz"', 'GET /labels lists them'],
  [{ anyOf: [''] }, 'label must be one that a picture has; got ""', expect.any(String) as unknown as string],
  [{ anyOf: ['tiger'], minP: 1.1 }, 'min_p must be a number from 0 to 1; got 1.1', undefined],
  [{ anyOf: ['tiger'], minP: 0.5, source: 'given' }, 'min_p goes with predictions; label_source is given', undefined],
])('%j is refused: %s', async (labels, message, hint) => {
  const e = await zoo();
  const expected = { code: 'invalid_request', message, hint };
  await expect(found(e, labels)).rejects.toMatchObject(expected);
  expect(() => listed(e, labels)).toThrow(expect.objectContaining(expected));
});

test('where no picture has a label a search by one says so', async () => {
  const e = await openEngine();
  await expect(found(e, { anyOf: ['tiger'] })).rejects.toMatchObject({ hint: 'no picture has a label yet' });
});
