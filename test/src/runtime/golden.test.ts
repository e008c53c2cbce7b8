import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot, shippedModels } from '../../../src/files.ts';
import { loadBackbone } from '../../../src/model/backbone.ts';
import { compileBackbone } from '../../../src/model/compile.ts';
import { openOnnxSession } from '../../../src/runtime/onnx.ts';
import type { Session } from '../../../src/types.ts';

interface Golden {
  readonly pixels: string;
  /** Unit length. */
  readonly embedding: number[];
  /** WordNet id, name, probability; best first. */
  readonly top3: [string, string, number][];
}

const shared = join(packageRoot, '../shared');
const file = join(shared, 'golden-efficientnet-lite0.json');
const there = existsSync(file);
const folder = join(shippedModels, 'efficientnet-lite0');
const why = there ? '' : ' (skipped: ../shared/golden-efficientnet-lite0.json is missing)';

describe.skipIf(!there)(`the shipped network on the reference's own pixels${why}`, () => {
  let golden: Golden[];
  let session: Session;
  let labels: string[][];
  beforeAll(async () => {
    golden = JSON.parse(await readFile(file, 'utf8'));
    const compiled = await compileBackbone(await loadBackbone(folder), { classes: true });
    session = await openOnnxSession(compiled, { device: 'cpu', threads: 1 });
    labels = (await readFile(join(folder, 'labels.tsv'), 'utf8')).split('\n').map((line) => line.split('\t'));
  });
  afterAll(() => session?.close());

  const pixelsOf = async ({ pixels }: Golden) => {
    const { data, info } = await sharp(join(shared, pixels)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    return { data: new Uint8Array(data), width: info.width, height: info.height };
  };

  it('gives the reference vectors: cosine at least .9999 on every entry', async () => {
    expect(golden).toHaveLength(20);
    const outputs = await session.run(await Promise.all(golden.map(pixelsOf)));
    for (const [i, entry] of golden.entries()) {
      const { vector } = outputs[i]!;
      const dot = entry.embedding.reduce((sum, value, j) => sum + value * vector[j]!, 0);
      expect(dot / (Math.hypot(...vector) * Math.hypot(...entry.embedding)), entry.pixels).toBeGreaterThan(0.9999);
    }
  });

  it('gives the reference classes, in their order, with their probabilities', async () => {
    for (const entry of golden) {
      const [output] = await session.run([await pixelsOf(entry)]);
      const scores = output!.classes!;
      const best = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!).slice(0, 3);
      expect(best.map((i) => labels[i])).toEqual(entry.top3.map(([wnid, name]) => [wnid, name]));
      for (const [place, i] of best.entries()) {
        // Weights in half precision move a probability by .006 at most here.
        expect(Math.abs(scores[i]! - entry.top3[place]![2]), entry.pixels).toBeLessThan(0.01);
      }
    }
  });
});
