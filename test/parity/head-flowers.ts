/**
 * The flowers that lie beside the repository, where they do: 650 to learn from, 150 to be asked about.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot, shippedModels } from '../../src/files.ts';
import type { TrainingPicture } from '../../src/head/training-data.ts';
import { createWorkers } from '../../src/workers/pool.ts';

const folder = join(packageRoot, '..', 'shared', 'flowers');

/** Whether they are there, and for a title why their tests are skipped. */
export const flowers: { there: boolean; why: string } = existsSync(folder)
  ? { there: true, why: '' }
  : { there: false, why: ' (skipped: there is no ../shared/flowers)' };

/** Embeddings of one part by the network that ships with pixkin, of length 1, one after another. */
export async function embedFlowers(part: 'train' | 'val') {
  const files = readdirSync(join(folder, part))
    .sort()
    .flatMap((label) => readdirSync(join(folder, part, label)).map((name) => ({ label, name })));
  const workers = createWorkers({ backbone: join(shippedModels, 'efficientnet-lite0'), device: 'cpu' });
  try {
    const embedded = await Promise.all(
      files.map(({ label, name }) => workers.embed({ path: join(folder, part, label, name) })),
    );
    const dim = embedded[0]!.vector.length;
    const vectors = new Float32Array(files.length * dim);
    for (const [i, { vector }] of embedded.entries()) {
      const length = Math.hypot(...vector);
      vectors.set(
        vector.map((value) => value / length),
        i * dim,
      );
    }
    const pictures: TrainingPicture[] = files.map(({ label }, i) => ({ label, phash: embedded[i]!.phash }));
    return { dim, vectors, pictures };
  } finally {
    await workers.close();
  }
}
