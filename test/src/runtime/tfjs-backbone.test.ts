import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { packageRoot, shippedModels } from '../../../src/files.ts';
import { loadBackbone } from '../../../src/model/backbone.ts';
import { openTfjsBackbone } from '../../../src/runtime/tfjs-backbone.ts';
import { loadTfjs } from '../../../src/runtime/tfjs-load.ts';

const shared = join(packageRoot, '../shared');
const golden = join(shared, 'golden-efficientnet-lite0.json');
const there = existsSync(golden);
const why = there ? '' : ' (skipped: ../shared/golden-efficientnet-lite0.json is missing)';

async function pixelsOf(path: string) {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height };
}

describe('the shipped network on wasm', () => {
  it.skipIf(!there)(`gives the reference vectors and classes from the reference's own pixels${why}`, async () => {
    const entries = JSON.parse(await readFile(golden, 'utf8')) as {
      pixels: string;
      embedding: number[];
      top3: [wnid: string, name: string, p: number][];
    }[];
    const backbone = await loadBackbone(join(shippedModels, 'efficientnet-lite0'));
    const labels = (await readFile(join(backbone.folder, 'labels.tsv'), 'utf8')).split('\n');
    const session = await openTfjsBackbone(backbone, { backend: 'wasm', classes: true });
    expect(session.dim).toBe(1280);
    const pictures = await Promise.all(entries.map(({ pixels }) => pixelsOf(join(shared, pixels))));
    for (const [i, { vector, classes }] of (await session.run(pictures)).entries()) {
      const { embedding, top3, pixels } = entries[i]!;
      const dot = embedding.reduce((sum, value, j) => sum + value * vector[j]!, 0);
      expect(dot / (Math.hypot(...vector) * Math.hypot(...embedding)), pixels).toBeGreaterThan(0.9999);
      const best = [...classes!.keys()].sort((a, b) => classes![b]! - classes![a]!).slice(0, 3);
      expect(best.map((j) => labels[j]!.split('\t'))).toEqual(top3.map(([wnid, name]) => [wnid, name]));
    }
    await session.close();
  });

  it('has no classes where they are not asked for, and leaves no tensor behind', async () => {
    const { tf } = await loadTfjs('wasm');
    const before = tf.memory().numTensors;
    const session = await openTfjsBackbone(await loadBackbone(join(shippedModels, 'efficientnet-lite0')), {
      backend: 'wasm',
    });
    const picture = { width: 224, height: 224, data: new Uint8Array(224 * 224 * 3).fill(99) };
    const [whole] = await session.run([picture]);
    expect(Object.keys(whole!)).toEqual(['vector']);
    await session.close();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('what cannot be run is an error that says why', () => {
  it('an ONNX file', async () => {
    const picker = await loadBackbone(join(import.meta.dirname, '../../fixtures/models/picker'));
    await expect(openTfjsBackbone(picker, { backend: 'wasm' })).rejects.toMatchObject({
      code: 'backbone_invalid',
      message: 'runtime tfjs runs networks that are kept as topology and weights; picker is the ONNX file tiny.onnx',
    });
  });

  it('a device that the backend does not have', async () => {
    const backbone = await loadBackbone(join(shippedModels, 'efficientnet-lite0'));
    await expect(openTfjsBackbone(backbone, { backend: 'wasm', device: 'cuda' })).rejects.toMatchObject({
      code: 'device_unavailable',
      message: expect.stringMatching(
        /^device cuda cannot be used with TensorFlow\.js: TensorFlow\.js 4\.\d+\.\d+ \(wasm\) runs on cpu$/,
      ),
    });
  });
});
