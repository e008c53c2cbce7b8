import { expect, test } from 'vitest';
import { type LabelledVector, rankingQuality } from '../../../src/evaluate/ranking.ts';

/** A picture at this angle, in degrees. */
function at(label: string, degrees: number, content = `${label}${degrees}`): LabelledVector {
  const radians = (degrees * Math.PI) / 180;
  return { label, content, vector: Float32Array.of(Math.cos(radians), Math.sin(radians), 0, 0, 0) };
}

test('precision at 1 and at 10 and average precision are those of the ranking, worked out by hand', async () => {
  const gallery = [at('a', 1), at('b', 2), at('a', 3), at('b', 4)];
  // a asks: a b a b, so 1, 2/4 and (1/1 + 2/3) / 2; b asks: a b a b, so 0, 2/4 and (1/2 + 2/4) / 2.
  const quality = await rankingQuality([at('a', 0), at('b', 0)], gallery);
  expect(quality).toMatchObject({ queries: 2, depth: 4, p1: 0.5, p10: 0.5, chance: 0.5 });
  expect(quality.map).toBeCloseTo((5 / 6 + 1 / 2) / 2, 10);
});

test('only the ten nearest count for precision at 10', async () => {
  const gallery = [
    ...Array.from({ length: 4 }, (_, i) => at('a', i + 1)),
    ...Array.from({ length: 8 }, (_, i) => at('b', i + 10)),
    ...Array.from({ length: 4 }, (_, i) => at('a', i + 30)),
  ];
  expect(await rankingQuality([at('a', 0)], gallery)).toMatchObject({ depth: 10, p10: 0.4, p1: 1, chance: 0.5 });
});

test('a picture does not find itself, nor another file with its bytes', async () => {
  const all = [at('a', 0, 'same'), at('a', 0, 'same'), at('b', 1), at('a', 2)];
  // Without its copy the first of each is b.
  expect(await rankingQuality(all.slice(0, 1), all)).toMatchObject({ queries: 1, p1: 0, depth: 2 });
});

test('a picture whose kind no other picture has is not asked about', async () => {
  const all = [at('a', 0), at('a', 1), at('alone', 20)];
  expect(await rankingQuality(all, all)).toMatchObject({ queries: 2, p1: 1, map: 1 });
});

test('equal scores keep the order of the gallery', async () => {
  const gallery = [at('b', 5, '1'), at('a', 5, '2')];
  expect(await rankingQuality([at('a', 0)], gallery)).toMatchObject({ p1: 0, map: 0.5 });
});

test('where nothing can be asked nothing is a number', async () => {
  const quality = await rankingQuality([at('a', 0)], [at('b', 0)]);
  expect(quality).toMatchObject({ queries: 0, p1: Number.NaN, map: Number.NaN });
});

test('it lets others have their turn, tells how far it is, and can be ended', async () => {
  const all = Array.from({ length: 600 }, (_, i) => at(i % 2 ? 'a' : 'b', i / 10));
  const abort = new AbortController();
  const seen: number[] = [];
  const running = rankingQuality(all, all, {
    signal: abort.signal,
    onProgress(done) {
      seen.push(done);
      abort.abort(new Error('enough'));
    },
  });
  await expect(running).rejects.toThrow('enough');
  expect(seen).toHaveLength(1);
});
