import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot, shippedModels } from '../../../src/files.ts';
import { decodePicture, resizePixels } from '../../../src/image/index.ts';
import { loadBackbone } from '../../../src/model/backbone.ts';
import { openOnnxSession } from '../../../src/runtime/onnx.ts';
import type { Pixels } from '../../../src/types.ts';

interface Golden {
  readonly file: string;
  readonly pixels: string;
  readonly policy: 'squash' | 'crop875';
  readonly embedding: readonly number[];
}

const shared = join(packageRoot, '..', 'shared');
const list = join(shared, 'golden-efficientnet-lite0.json');
const golden: Golden[] = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
const reason = golden.length > 0 ? '' : ' (skipped: there is no ../shared/golden-efficientnet-lite0.json)';

async function ours({ file, policy }: Golden): Promise<Pixels> {
  const { pixels } = await decodePicture(readFileSync(join(shared, file)), { least: 448 });
  const square = { width: 224, height: 224, kernel: 'cubic' } as const;
  return resizePixels(
    pixels,
    policy === 'squash' ? { ...square, policy: 'squash' } : { ...square, policy: 'crop', fraction: 0.875 },
  );
}

describe.skipIf(reason !== '')(`ten flowers as Pillow decodes and resizes them${reason}`, () => {
  test.each(golden)('$file, $policy: the same pixels', async (entry) => {
    const expected = (await decodePicture(readFileSync(join(shared, entry.pixels)))).whole;
    const { data } = await ours(entry);
    expect(data).toHaveLength(expected.data.length);
    const sum = data.reduce((total, value, i) => total + Math.abs(value - expected.data[i]!), 0);
    // Half a pixel of displacement is 2 and more; decoders of JPEG differ by .2 where chroma is subsampled.
    expect(sum / data.length).toBeLessThan(0.3);
  });

  test('the same embeddings, cosine at least .9995', async () => {
    const backbone = await loadBackbone(join(shippedModels, 'efficientnet-lite0'));
    const session = await openOnnxSession(backbone, { device: 'cpu', threads: 1 });
    for (const entry of golden) {
      const [output] = await session.run([await ours(entry)]);
      const { vector } = output!;
      const dot = vector.reduce((sum, value, i) => sum + value * entry.embedding[i]!, 0);
      expect(dot / Math.hypot(...vector), entry.file).toBeGreaterThan(0.9995);
    }
    await session.close();
  });
});
