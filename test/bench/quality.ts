/**
 * How often neighbours are of the same class: one part of the flowers asked against the other, as uploads.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openEngine } from './engine.ts';
import { type Measurement, runAlone } from './measurement.ts';
import { flowersMissing, picturesIn, train, val } from './pictures.ts';
import { mean } from './statistics.ts';

const k = 10;

export const quality: Measurement = {
  name: 'quality',
  missing: flowersMissing,
  async measure(workplace) {
    const engine = await openEngine(workplace.fresh('data'));
    try {
      const { indexed, reused } = await engine.index(train);
      const at1: number[] = [];
      const at10: number[] = [];
      const files = await picturesIn(val);
      for (const file of files) {
        const upload = new Uint8Array(await readFile(join(val, file)));
        const { results } = await engine.collection.search({ upload }, { k });
        const same = results.map(({ image }) => Number(classOf(image) === classOf(file)));
        at1.push(same[0] ?? 0);
        at10.push(same.reduce((sum, one) => sum + one, 0) / k);
      }
      return [
        {
          what: 'neighbours of the same class (5 kinds of flower)',
          figure: `P@1 ${mean(at1).toFixed(3)}, P@10 ${mean(at10).toFixed(3)}`,
          how: `${files.length} flowers asked against ${indexed + reused} others; by chance about .2`,
        },
      ];
    } finally {
      await engine.close();
    }
  },
};

/** The folder that a picture lies in. */
const classOf = (path: string): string => path.split('/')[0]!;

await runAlone(import.meta.url, quality);
