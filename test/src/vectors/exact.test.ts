import { describe, expect, test } from 'vitest';
import { createExactIndex } from '../../../src/vectors/exact.ts';
import { nearest, seededEntries, seededVector, vectorIndexContract } from '../../contracts/vector-index.ts';

describe('the exact index', () => {
  vectorIndexContract(async (o) => createExactIndex(o));

  test('rows that became free are used again, in blocks of any number of rows', async () => {
    // 2^19 numbers: two rows in a block.
    const dim = 2 ** 19;
    const index = createExactIndex({ dim });
    const unit = (at: number) => Float32Array.from({ length: dim }, (_, i) => (i === at ? 1 : 0));
    for (let content = 0; content < 5; content++) {
      await index.apply({ add: [{ content, vector: unit(content) }], remove: [], revision: content });
    }
    await index.apply({ add: [{ content: 10, vector: unit(10) }], remove: [1, 3], revision: 9 });
    expect([...index.entries()].map((entry) => entry.content)).toEqual([0, 2, 10, 4]);
    expect(await index.search(unit(10), 1)).toEqual([{ content: 10, score: 1 }]);
    expect(index.vector(3)).toBeUndefined();
    expect(index.vector(4)![4]).toBe(1);
  });

  test('a scan of many rows lets the event loop turn while it runs', async () => {
    const dim = 512;
    const index = createExactIndex({ dim });
    const entries = seededEntries(40, dim);
    const many = Array.from({ length: 30_000 }, (_, i) => ({ content: i, vector: entries[i % 40]!.vector }));
    await index.apply({ add: many, remove: [], revision: 1 });
    let turns = 0;
    const count = (): void => {
      turns++;
      again = setImmediate(count);
    };
    let again = setImmediate(count);
    const searches = Array.from({ length: 8 }, (_, i) => index.search(seededVector(i, dim), 1));
    const found = await Promise.all(searches);
    clearImmediate(again);
    // Eight scans of about 15 ms in slices of 8.
    expect(turns).toBeGreaterThanOrEqual(8);
    for (const [i, [hit]] of found.entries())
      expect(hit!.content + 1).toBe(nearest(entries, seededVector(i, dim), 1)[0]);
  });

  test.each([0, -3, 1.5])('dim = %d is refused', (dim) => {
    expect(() => createExactIndex({ dim })).toThrow(`dim must be an integer >= 1; got ${dim}`);
  });
});
