import { expect, test } from 'vitest';
import { unit } from '../../../src/catalog/tables/spaces.ts';
import { startFitting } from '../../../src/projection/fit.ts';
import { principalComponents } from '../../../src/projection/principal-components.ts';
import { createProjector, projectedSpace } from '../../../src/projection/projection.ts';
import { createRandom } from '../../support/random.ts';
import { dot, fromOrthonormal, plainProduct } from './linear-algebra.ts';

const dim = 24;
const { fraction } = createRandom(3);
const vectors = Array.from(
  { length: 80 },
  () => unit(Float32Array.from({ length: dim }, (_, i) => (fraction() + 0.3) / (1 + i))).vector,
);

test('a child process fits what plain loops fit', async () => {
  const fitting = startFitting({ dim, components: 5, most: 100 });
  for (const vector of vectors) await fitting.add(vector);
  const { mean, components, explained, projected } = await fitting.finish();
  for (let j = 0; j < dim; j++) {
    expect(mean[j]).toBeCloseTo(vectors.reduce((sum, vector) => sum + vector[j]!, 0) / vectors.length, 5);
  }
  const data = Float32Array.from(vectors.flatMap((vector) => [...vector].map((x, i) => x - mean[i]!)));
  const plain = await principalComponents({ data, rows: vectors.length, columns: dim }, 5, plainProduct);
  expect(explained).toBeCloseTo(plain.explained, 4);
  expect(fromOrthonormal({ data: components, rows: 5, columns: dim })).toBeLessThan(1e-4);

  // What it makes of the vectors that it was given is what a projector makes of them.
  const project = createProjector({ mean, components });
  for (const [i, vector] of vectors.entries()) {
    const own = project(vector);
    for (let k = 0; k < 5; k++) expect(projected[i * 5 + k]).toBeCloseTo(own[k]!, 4);
  }
});

test('a projection does not depend on the length of a vector, and keeps the likeness of pictures', async () => {
  const fitting = startFitting({ dim, components: 20, most: 80 });
  for (const vector of vectors) await fitting.add(vector);
  const projection = await fitting.finish();
  const project = createProjector(projection);
  const [a, b] = [vectors[0]!, vectors[1]!];
  const double = project(a.map((x) => 2 * x));
  for (const [i, x] of project(a).entries()) expect(double[i]).toBeCloseTo(x, 5);
  const centred = (vector: Float32Array): number[] => [...vector].map((x, i) => x - projection.mean[i]!);
  const cosine = (x: ArrayLike<number>, y: ArrayLike<number>): number => dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
  expect(cosine(project(a), project(b))).toBeCloseTo(cosine(centred(a), centred(b)), 2);
  expect(() => project(new Float32Array(dim))).toThrow(RangeError);
});

test('a projection has a space of its own, which every number of it decides', () => {
  const projection = { mean: Float32Array.of(1, 2), components: Float32Array.of(3, 4) };
  const id = projectedSpace('0'.repeat(16), projection);
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  const others = [
    projectedSpace('1'.repeat(16), projection),
    projectedSpace('0'.repeat(16), { ...projection, mean: Float32Array.of(1, 2.5) }),
    projectedSpace('0'.repeat(16), { ...projection, components: Float32Array.of(4, 3) }),
  ];
  expect(new Set([id, ...others]).size).toBe(4);
});

test('a fit that is stopped rejects', async () => {
  const fitting = startFitting({ dim, components: 5, most: 100 });
  await fitting.add(vectors[0]!);
  fitting.stop();
  await expect(fitting.finish()).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining('SIGKILL'),
  });
});
