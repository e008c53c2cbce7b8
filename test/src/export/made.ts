/** Classifiers that are small enough to be looked through. */
import { join } from 'node:path';
import type { ClassifierParts } from '../../../src/export/export-classifier.ts';
import type { Head } from '../../../src/head/head.ts';
import { randomStream } from '../../../src/head/random.ts';
import { type Backbone, loadBackbone } from '../../../src/model/backbone.ts';
import type { KerasManifest } from '../../../src/model/manifest.ts';
import type { NetworkConfig } from '../../../src/model/network.ts';
import { type Projection, projectedSpace } from '../../../src/projection/projection.ts';
import { spaceOf } from '../../../src/space.ts';
import type { Pixels } from '../../../src/types.ts';
import { denseLayer, headOf } from '../head/blobs.ts';
import { writeKerasBackbone } from '../model/keras-backbone.ts';

/** 8 x 6 pixels, 4 numbers, without classes of its own. */
export async function madeBackbone(
  folder: string,
  manifest: Partial<KerasManifest> = {},
  config?: NetworkConfig,
): Promise<Backbone> {
  const path = join(folder, 'small');
  await writeKerasBackbone(path, { manifest, ...(config && { config }) });
  return loadBackbone(path);
}

/** Random numbers that are large enough for one class to win, through a hidden layer of 7 where `hidden` is set. */
export function madeHead(parts: Omit<ClassifierParts, 'head'>, o: Partial<Head> & { hidden?: boolean } = {}): Head {
  const { backbone, projection } = parts;
  const { hidden = false, ...rest } = o;
  const random = randomStream(5, 1);
  const numbers = (count: number): number[] => Array.from({ length: count }, () => 8 * random() - 4);
  const layer = (inputs: number, outputs: number) =>
    denseLayer(
      Array.from({ length: outputs }, () => numbers(inputs)),
      numbers(outputs),
    );
  const own = spaceOf(backbone);
  const dim = projection ? projection.components.length / projection.mean.length : backbone.manifest.output.dim;
  return headOf(hidden ? [layer(dim, 7), layer(7, 3)] : [layer(dim, 3)], {
    space: projection ? projectedSpace(own, projection) : own,
    labels: ['größer', '虎', 'a "b"'],
    temperature: 1.7,
    threshold: 0.4,
    ...rest,
  });
}

/** Of vectors of 4 numbers to 2. */
export const projection: Projection = {
  mean: Float32Array.of(0.1, -0.2, 0.3, 0),
  components: Float32Array.of(0.5, 0.5, 0.5, -0.5, 0.5, -0.5, 0.5, 0.5),
};

/** Colours and edges, another picture for each seed. */
export function pictures({ backbone }: Pick<ClassifierParts, 'backbone'>, count = 5): Pixels[] {
  const { width, height } = backbone.manifest.input;
  return Array.from({ length: count }, (_, seed) => {
    const random = randomStream(seed, 2);
    const level = random() * 160;
    const data = Uint8Array.from({ length: width * height * 3 }, () => level + random() * 96);
    return { width, height, data };
  });
}
