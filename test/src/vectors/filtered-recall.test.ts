import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Label, type LabelledVectors, labels, openLabelledVectors } from '../../support/labelled-vectors.ts';

const count = 6000;
const queries = 60;
let made: LabelledVectors;

beforeAll(async () => {
  // HNSW answers although the collection is small, with the ef that it needs for these vectors.
  made = await openLabelledVectors({ path: ':memory:', count, dim: 128, options: { exactBelow: 1 } });
  await made.collection.flush();
});
afterAll(() => made.close());

/** The part of the true ten nearest neighbours that is found, and which searches ran. */
async function recall(label: Label, exact: boolean | undefined) {
  const { collection, query } = made;
  const ask = (vector: Float32Array, exact?: boolean) =>
    collection.search({ vector }, { labels: { anyOf: [label] }, ...(exact !== undefined && { exact }) });
  let [found, wanted] = [0, 0];
  const modes = new Set<string>();
  for (let i = 0; i < queries; i++) {
    const vector = query();
    const [truth, given] = [await ask(vector, true), await ask(vector, exact)];
    expect(given.results).toHaveLength(Math.min(10, truth.plan.candidates));
    expect(given.results.every((image) => image.label === label)).toBe(true);
    const ids = new Set(given.results.map(({ id }) => id));
    wanted += truth.results.length;
    found += truth.results.filter(({ id }) => ids.has(id)).length;
    modes.add(given.plan.mode);
  }
  return { recall: found / wanted, modes: [...modes] };
}

test('each label passes the part of the vectors that its name says', () => {
  const { labels: listed } = made.collection.labels.list();
  for (const { label, given } of listed) {
    const part = labels[label as Label];
    expect(Math.abs(given / count - part)).toBeLessThan(0.15 * part + 0.001);
  }
  expect(listed).toHaveLength(6);
});

describe.each(Object.keys(labels) as Label[])('among those with the label "%s"', (label) => {
  test.each([undefined, false])('the ten nearest are found (exact: %s)', async (exact) => {
    const { recall: part, modes } = await recall(label, exact);
    expect(part).toBeGreaterThanOrEqual(0.99);
    // Where nothing that is near passes, HNSW must not be believed.
    if (label === 'far, 30 %') expect(modes).toContain('exact');
    if (label === '50 %') expect(modes).toEqual(['hnsw']);
  });
});
