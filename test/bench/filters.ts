/**
 * What a filter by label costs, and whether it finds the nearest: pass rates, and labels that lie far from what is asked about.
 */
import type { SearchOptions } from '../../src/index.ts';
import { type Label, type LabelledVectors, labels, openLabelledVectors } from '../support/labelled-vectors.ts';
import { type Measurement, runAlone } from './measurement.ts';
import { say } from './say.ts';
import { percentile } from './statistics.ts';
import type { Row } from './table.ts';

/** As many numbers as the default network gives. */
const dim = 1280;
/** Queries whose answers are compared with those of the exact scan. */
const compared = 100;

export const filters: Measurement = {
  name: 'filters',
  missing: () => null,
  async measure({ sizes, fresh }) {
    const count = sizes.vectors;
    say(`making ${count} vectors`);
    const made = await openLabelledVectors({ path: `${fresh('filters')}.db`, count, dim });
    try {
      say('building HNSW');
      await made.collection.flush();
      const cases: (Label | null)[] = [null, ...(Object.keys(labels) as Label[])];
      const timed = cases.map((label) => ({ label, times: [] as number[], plans: new Set<string>() }));
      // In turn, so that all suffer alike from what else the machine does.
      for (let i = 0; i < sizes.gets; i++) {
        const vector = made.query();
        for (const { label, times, plans } of timed) {
          const start = performance.now();
          const { plan } = await search(made, vector, label);
          times.push(performance.now() - start);
          plans.add(plan.mode);
        }
      }
      const rows: Row[] = [];
      for (const { label, times, plans } of timed) {
        const recall = await recallOf(made, label);
        rows.push({
          what: label === null ? 'A search without a filter' : `A search by a label that passes ${label}`,
          figure: `p50 ${percentile(times, 50).toFixed(1)} ms, p99 ${percentile(times, 99).toFixed(1)} ms, recall@10 ${recall.toFixed(3)}`,
          how: `${count.toLocaleString('en')} vectors of ${dim} numbers in clusters, ${sizes.gets} searches, in the process; plan: ${[...plans].join(', ')}; the first took ${times[0]!.toFixed(0)} ms`,
        });
      }
      return rows;
    } finally {
      await made.close();
    }
  },
};

function search({ collection }: LabelledVectors, vector: Float32Array, label: Label | null, o: SearchOptions = {}) {
  return collection.search({ vector }, { k: 10, ...o, ...(label !== null && { labels: { anyOf: [label] } }) });
}

/** The part of the ten that the exact scan finds. */
async function recallOf(made: LabelledVectors, label: Label | null): Promise<number> {
  let [found, wanted] = [0, 0];
  for (let i = 0; i < compared; i++) {
    const vector = made.query();
    const truth = await search(made, vector, label, { exact: true });
    const ids = new Set((await search(made, vector, label)).results.map(({ id }) => id));
    wanted += truth.results.length;
    found += truth.results.filter(({ id }) => ids.has(id)).length;
  }
  return found / wanted;
}

await runAlone(import.meta.url, filters);
