import { expect, test } from 'vitest';
import type { ContentId, Entry, VectorIndex } from '../../src/types.ts';

/** A vector of length 1 made from a seed. */
export function seededVector(seed: number, dim: number): Float32Array {
  // xorshift32
  let state = Math.imul(seed + 1, 2654435761) | 1;
  const vector = new Float32Array(dim);
  for (let i = 0; i < dim; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    vector[i] = state / 2 ** 31;
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

export function seededEntries(count: number, dim: number, from: ContentId = 1): Entry[] {
  return Array.from({ length: count }, (_, i) => ({ content: from + i, vector: seededVector(from + i, dim) }));
}

/** What the nearest are, by the definition. */
export function nearest(entries: readonly Entry[], query: Float32Array, k: number): ContentId[] {
  const scored = entries.map(({ content, vector }) => ({
    content,
    score: vector.reduce((sum, value, i) => sum + value * query[i]!, 0),
  }));
  scored.sort((a, b) => b.score - a.score || a.content - b.content);
  return scored.slice(0, k).map(({ content }) => content);
}

/** Every implementation of the port VectorIndex must pass. `create` gives an empty index. */
export function vectorIndexContract(create: (o: { dim: number }) => Promise<VectorIndex>): void {
  const dim = 24;
  const entries = seededEntries(200, dim);
  const query = seededVector(777, dim);
  const filled = async (): Promise<VectorIndex> => {
    const index = await create({ dim });
    await index.apply({ add: entries, remove: [], revision: 5 });
    return index;
  };
  const found = async (index: VectorIndex, k: number, o?: Parameters<VectorIndex['search']>[2]) =>
    (await index.search(query, k, o)).map((hit) => hit.content);

  test('the nearest come first, with their cosine as score', async () => {
    const index = await filled();
    const hits = await index.search(query, 10);
    expect(hits.map((hit) => hit.content)).toEqual(nearest(entries, query, 10));
    for (const { content, score } of hits) {
      const { vector } = entries.find((entry) => entry.content === content)!;
      expect(score).toBeCloseTo(
        vector.reduce((sum, value, i) => sum + value * query[i]!, 0),
        5,
      );
    }
  });

  test('a stored vector finds itself with score 1, whatever length the query has', async () => {
    const index = await filled();
    const long = entries[41]!.vector.map((value) => 7 * value);
    const [hit] = await index.search(long, 1);
    expect(hit!.content).toBe(entries[41]!.content);
    expect(hit!.score).toBeCloseTo(1, 5);
    expect(hit!.score).toBeLessThanOrEqual(1);
  });

  test('the opposite of a stored vector has score -1', async () => {
    const index = await create({ dim });
    await index.apply({ add: entries.slice(0, 1), remove: [], revision: 1 });
    const [hit] = await index.search(
      entries[0]!.vector.map((value) => -value),
      1,
    );
    expect(hit!.score).toBeCloseTo(-1, 5);
    expect(hit!.score).toBeGreaterThanOrEqual(-1);
  });

  test('a vector of zeros is taken, and is like nothing', async () => {
    const index = await filled();
    await index.apply({ add: [{ content: 900, vector: new Float32Array(dim) }], remove: [], revision: 6 });
    const hits = await index.search(query, 201);
    expect(hits.find((hit) => hit.content === 900)?.score).toBe(0);
  });

  test('an empty index answers with nothing', async () => {
    const index = await create({ dim });
    expect(await index.search(query, 10)).toEqual([]);
    expect(await index.count()).toBe(0);
    expect(await index.revision()).toBe(0);
  });

  test('more than there are gives all that there are', async () => {
    const index = await filled();
    expect((await found(index, 1000)).length).toBe(200);
    expect((await found(index, 2 ** 40)).length).toBe(200);
  });

  test('equal scores come by content, smallest first', async () => {
    const index = await create({ dim });
    const same = [30, 4, 17, 9, 21].map((content) => ({ content, vector: seededVector(5, dim) }));
    await index.apply({ add: same, remove: [], revision: 1 });
    expect(await found(index, 5)).toEqual([4, 9, 17, 21, 30]);
    expect(await found(index, 2)).toEqual([4, 9]);
  });

  test('a filter leaves exactly the contents that it allows', async () => {
    const index = await filled();
    for (const size of [1, 3, 20, 150]) {
      const some = entries.filter((_, i) => i % Math.floor(200 / size) === 0).slice(0, size);
      const allowed = new Set(some.map((entry) => entry.content));
      expect(await found(index, 10, { allowed })).toEqual(nearest(some, query, 10));
    }
  });

  test('a filter may name contents that are not there, or none', async () => {
    const index = await filled();
    expect(await found(index, 10, { allowed: new Set([3, 100_000]) })).toEqual([3]);
    expect(await found(index, 10, { allowed: new Set() })).toEqual([]);
  });

  test('what was removed is not found any more, and can come back', async () => {
    const index = await filled();
    const [best, second] = await found(index, 2);
    await index.apply({ add: [], remove: [best!, 12_345], revision: 6 });
    expect(await found(index, 1)).toEqual([second]);
    expect(await index.count()).toBe(199);
    expect(await found(index, 10, { allowed: new Set([best!]) })).toEqual([]);
    const back = entries.find((entry) => entry.content === best)!;
    await index.apply({ add: [back], remove: [], revision: 7 });
    expect(await found(index, 2)).toEqual([best, second]);
  });

  test('everything may be removed', async () => {
    const index = await filled();
    await index.apply({ add: [], remove: entries.map((entry) => entry.content), revision: 6 });
    expect(await index.search(query, 10)).toEqual([]);
    expect(await index.count()).toBe(0);
  });

  test('adding a content that is there already replaces nothing', async () => {
    const index = await filled();
    await index.apply({ add: [{ content: 1, vector: query }], remove: [], revision: 6 });
    expect(await index.count()).toBe(200);
    expect(await found(index, 10)).toEqual(nearest(entries, query, 10));
  });

  test('the caller may overwrite a vector once it was applied', async () => {
    const index = await create({ dim });
    const vector = query.slice();
    await index.apply({ add: [{ content: 1, vector }], remove: [], revision: 1 });
    vector.fill(0);
    expect((await index.search(query, 1))[0]!.score).toBeCloseTo(1, 5);
  });

  test('the revision is that of the last change', async () => {
    const index = await filled();
    expect(await index.revision()).toBe(5);
    await index.apply({ add: [], remove: [], revision: 9 });
    expect(await index.revision()).toBe(9);
  });

  test('contents up to 2^32 - 1 keep their numbers', async () => {
    const index = await create({ dim });
    const add = [2 ** 31, 2 ** 32 - 1].map((content) => ({ content, vector: seededVector(content % 97, dim) }));
    await index.apply({ add, remove: [], revision: 1 });
    expect((await found(index, 2)).toSorted((a, b) => a - b)).toEqual([2 ** 31, 2 ** 32 - 1]);
  });

  test('changes and searches at once leave neither doubles nor removed contents', async () => {
    const index = await filled();
    const more = seededEntries(300, dim, 1000);
    const answers: Promise<ContentId[]>[] = [];
    for (let i = 0; i < 300; i += 50) {
      answers.push(found(index, 50));
      void index.apply({
        add: more.slice(i, i + 50),
        remove: entries.slice(i / 2, i / 2 + 25).map((entry) => entry.content),
        revision: 6 + i,
      });
    }
    for (const answer of await Promise.all(answers)) expect(new Set(answer).size).toBe(50);
    await index.apply({ add: [], remove: [], revision: 1000 });
    expect(await found(index, 40)).toEqual(nearest([...entries.slice(150), ...more], query, 40));
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('k = %d is refused', async (k) => {
    const index = await filled();
    await expect(index.search(query, k)).rejects.toMatchObject({
      code: 'invalid_request',
      message: `k must be an integer >= 1; got ${k}`,
    });
  });

  test('a query of another length, or with a number that is not finite, is refused', async () => {
    const index = await filled();
    await expect(index.search(new Float32Array(3), 1)).rejects.toThrow('query must have 24 numbers; got 3');
    const bad = query.slice();
    bad[7] = Number.NaN;
    await expect(index.search(bad, 1)).rejects.toThrow('query must have finite numbers; got NaN at position 7');
  });

  test('a change with one bad vector is refused whole', async () => {
    const index = await filled();
    const good = { content: 301, vector: seededVector(301, dim) };
    for (const bad of [
      { content: 302, vector: new Float32Array(dim - 1) },
      { content: 302, vector: new Float32Array(dim).fill(Number.POSITIVE_INFINITY) },
      { content: -1, vector: seededVector(1, dim) },
      { content: 2 ** 32, vector: seededVector(1, dim) },
      { content: 1.5, vector: seededVector(1, dim) },
    ]) {
      const change = { add: [good, bad], remove: [1], revision: 6 };
      await expect(index.apply(change)).rejects.toMatchObject({ code: 'invalid_request' });
    }
    expect(await index.count()).toBe(200);
    expect(await index.revision()).toBe(5);
    expect(await found(index, 10)).toEqual(nearest(entries, query, 10));
  });

  test('a search ends when its signal does', async () => {
    const index = await filled();
    const reason = new Error('enough');
    await expect(index.search(query, 1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const search = index.search(query, 1, { signal: controller.signal });
    controller.abort(reason);
    await expect(search).rejects.toBe(reason);
  });

  test('a closed index refuses to answer', async () => {
    const index = await filled();
    await index.close();
    await index.close();
    await expect(index.search(query, 1)).rejects.toMatchObject({ code: 'closed' });
    await expect(index.apply({ add: [], remove: [], revision: 9 })).rejects.toMatchObject({ code: 'closed' });
  });
}
