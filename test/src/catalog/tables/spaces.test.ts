import { expect, test } from 'vitest';
import { unit } from '../../../../src/catalog/tables/spaces.ts';
import { openSmall, pictureFacts } from '../facts.ts';

test('a vector is read back as its direction in half precision, of length 1, with the length it had', () => {
  const { catalog, embeddings } = openSmall();
  const content = catalog.contents.insert(pictureFacts('a'));
  const raw = new Float32Array([30, 40]);
  const { embedding, revision } = embeddings.insert(content, raw, 'test');
  const read = embeddings.get(content)!;
  expect(revision).toBe(1);
  expect(read).toEqual(embedding);
  expect(read.length).toBe(50);
  expect(Math.hypot(...read.vector)).toBeCloseTo(1, 6);
  expect(read.vector[0]).toBeCloseTo(0.6, 3);
  // Half precision has eleven bits: .6 is not among its numbers.
  expect(read.vector[0]).not.toBe(Math.fround(0.6));
});

test('revisions grow with each change, and what changed since one comes in their order', () => {
  const { catalog, embeddings, put, drop } = openSmall();
  expect(embeddings.revision()).toBe(0);
  const [a, b, c] = ['a', 'b', 'c'].map((path) => put('left', path));
  drop(b!, 1);
  catalog.purge(2, 10);
  expect(embeddings.revision()).toBe(4);
  expect(embeddings.added(0, 10).map((e) => [e.content, e.revision])).toEqual([
    [a!.content, 1],
    [c!.content, 3],
  ]);
  expect(embeddings.added(1, 10).map((e) => e.content)).toEqual([c!.content]);
  expect(embeddings.added(0, 1).map((e) => e.content)).toEqual([a!.content]);
  expect(embeddings.removed(0)).toEqual([b!.content]);
  expect(embeddings.removed(4)).toEqual([]);
  expect(embeddings.count()).toBe(2);
});

test('a space lacks the contents in results that have no embedding in it', () => {
  const { catalog, put, drop } = openSmall();
  const a = put('left', 'a');
  const b = put('left', 'b');
  drop(b, 1);
  const other = catalog.embeddings(
    catalog.spaces.put({ fingerprint: 'fedcba9876543210', backbone: 'other', folder: '/models/other', dim: 3 }),
  );
  expect(other.lacking()).toEqual([a.content]);
  other.insert(a.content, new Float32Array([1, 2, 3]), 'test');
  expect(other.lacking()).toEqual([]);
  expect(other.revision()).toBe(1);
});

test('a purge removes a content from every space that has it, with a revision in each', () => {
  const { catalog, embeddings, put, drop } = openSmall();
  const a = put('left', 'a');
  const other = catalog.embeddings(
    catalog.spaces.put({ fingerprint: 'fedcba9876543210', backbone: 'other', folder: '/models/other', dim: 3 }),
  );
  other.insert(a.content, new Float32Array([1, 2, 3]), 'test');
  drop(a, 1);
  catalog.purge(2, 10);
  for (const table of [embeddings, other]) {
    expect(table.removed(0)).toEqual([a.content]);
    expect(table.revision()).toBe(2);
  }
});

test('a space is put once, and its network may move', () => {
  const { catalog } = openSmall();
  const before = catalog.spaces.find('0123456789abcdef')!;
  const after = catalog.spaces.put({ ...before, backbone: 'renamed', folder: '/elsewhere' });
  expect(after).toEqual({ ...before, backbone: 'renamed', folder: '/elsewhere' });
  expect(catalog.spaces.find('ffffffffffffffff')).toBeUndefined();
});

test.each([[[0, 0]], [[Number.NaN, 1]], [[Number.POSITIVE_INFINITY, 1]]])('%j has no direction', (numbers) => {
  expect(() => unit(Float32Array.from(numbers))).toThrow(RangeError);
});
