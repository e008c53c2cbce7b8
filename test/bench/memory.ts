/**
 * Whether memory stays flat over thousands of pictures: the flowers several times over, each copy with other bytes.
 */
import { mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Measurement, runAlone } from './measurement.ts';
import { noProc } from './memory-of.ts';
import { flowers, flowersMissing, picturesIn } from './pictures.ts';
import { say } from './say.ts';
import { mean } from './statistics.ts';
import { indexWatched, type Sample } from './watched.ts';

export const memory: Measurement = {
  name: 'memory',
  missing: () => flowersMissing() ?? noProc(),
  async measure(workplace) {
    const { copies } = workplace.sizes;
    const folder = workplace.fresh('copies');
    for (let copy = 0; copy < copies; copy++) await copyFlowers(join(folder, `copy ${copy}`), copy);
    const { samples, summary } = await indexWatched(folder, workplace.fresh('data'), copies > 1 ? 500 : 50);
    for (const s of samples)
      say(`${s.pictures} pictures: ${JSON.stringify({ main: s.main, workers: s.workers }, whole)}`);
    const third = Math.floor(samples.length / 3);
    const [first, last] = [samples.slice(0, third), samples.slice(-third)];
    const change = (of: (sample: Sample) => number): string =>
      `${mean(first.map(of)).toFixed(0)} → ${mean(last.map(of)).toFixed(0)} MiB`;
    return [
      {
        what: `memory of a worker process over ${summary.inferences} pictures, first third → last third`,
        figure: `${change((s) => mean(s.workers.map(({ rss }) => rss)))} (RSS)`,
        how: `PSS ${change((s) => mean(s.workers.map(({ pss }) => pss)))}`,
      },
      {
        what: 'memory of the main process meanwhile',
        figure: `${change((s) => s.main.rss)} (RSS)`,
        how: `it holds the vectors of the collection, twice with HNSW; PSS ${change((s) => s.main.pss)}`,
      },
    ];
  },
};

/** What stands behind a JPEG's end mark changes its hash, not its pixels. */
async function copyFlowers(folder: string, copy: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const file of await picturesIn(flowers)) {
    const bytes = await readFile(join(flowers, file));
    await writeFile(join(folder, file.replaceAll('/', ' ')), Buffer.concat([bytes, Buffer.from(`copy ${copy}`)]));
  }
}

const whole = (_: string, value: unknown): unknown => (typeof value === 'number' ? Math.round(value) : value);

await runAlone(import.meta.url, memory);
