/** A classifier's exported file, run with ONNX Runtime and nothing of pixkin's but the decoder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { decodePicture } from '../../../src/image/index.ts';

/**
 * @param picture of the size that the network takes
 * @returns probabilities by label
 */
export async function classifyWith(folder: string, picture: string): Promise<Map<string, number>> {
  const { labels } = JSON.parse(await readFile(join(folder, 'classifier.json'), 'utf8')) as { labels: string[] };
  const { pixels } = await decodePicture(await readFile(picture));
  const session = await InferenceSession.create(join(folder, 'classifier.onnx'));
  try {
    const input = new Tensor('uint8', new Uint8Array(pixels.data), [1, pixels.height, pixels.width, 3]);
    const { probabilities } = await session.run({ pixels: input });
    const numbers = probabilities!.data as Float32Array;
    return new Map(labels.map((label, i) => [label, numbers[i]!]));
  } finally {
    await session.release();
  }
}
