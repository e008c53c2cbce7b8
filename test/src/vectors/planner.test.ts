import { expect, test } from 'vitest';
import { choosePlan, type PlanQuestion } from '../../../src/vectors/planner.ts';

const ready = { usable: true, ef: 64 } as const;
const building = { usable: false, why: 'HNSW is being built' } as const;
const plan = (o: Partial<PlanQuestion>) => choosePlan({ k: 10, count: 50_000, hnsw: ready, exactBelow: 10_000, ...o });

test('a large collection is asked through HNSW', () => {
  expect(plan({})).toEqual({ mode: 'hnsw', candidates: 50_000, ef: 64 });
});

test('a small collection is scanned', () => {
  expect(plan({ count: 9_999 })).toEqual({ mode: 'exact', candidates: 9_999 });
  expect(plan({ count: 10_000 }).mode).toBe('hnsw');
});

test('a filter that leaves few contents is scanned, over just those', () => {
  expect(plan({ allowed: 500 })).toEqual({ mode: 'exact', candidates: 500 });
  expect(plan({ allowed: 25_000 })).toMatchObject({ mode: 'hnsw', candidates: 25_000 });
});

test('the narrower a filter, the more candidates HNSW would keep, and the sooner the scan is cheaper', () => {
  expect(plan({ count: 1_000_000, allowed: 25_000 })).toMatchObject({ mode: 'hnsw', ef: 1200 });
  expect(plan({ count: 1_000_000, allowed: 20_000 }).mode).toBe('exact');
});

test('a filter may name more contents than there are', () => {
  expect(plan({ allowed: 60_000 })).toMatchObject({ mode: 'hnsw', candidates: 50_000 });
});

test('beside a filter HNSW keeps more than without', () => {
  expect(plan({ k: 100, allowed: 25_000 })).toMatchObject({ mode: 'hnsw', ef: 600 });
  expect(plan({ allowed: 25_000 })).toMatchObject({ mode: 'hnsw', ef: 128 });
  expect(plan({ allowed: 49_999 })).toMatchObject({ mode: 'hnsw', ef: 65 });
});

test('many results need more candidates, up to a scan', () => {
  expect(plan({ k: 100 })).toMatchObject({ mode: 'hnsw', ef: 150 });
  expect(plan({ k: 5_000 }).mode).toBe('exact');
});

test('exact: true is a scan', () => {
  expect(plan({ exact: true })).toEqual({ mode: 'exact', candidates: 50_000 });
});

test('exact: false is HNSW, however small the collection or narrow the filter', () => {
  expect(plan({ exact: false, count: 20, allowed: 3 })).toEqual({ mode: 'hnsw', candidates: 3, ef: 200 });
});

test('while HNSW cannot be used the scan answers, and says why where HNSW was asked for', () => {
  expect(plan({ hnsw: building })).toEqual({ mode: 'exact', candidates: 50_000 });
  expect(plan({ hnsw: building, exact: false })).toEqual({
    mode: 'exact',
    candidates: 50_000,
    note: 'exact, because HNSW is being built',
  });
});
