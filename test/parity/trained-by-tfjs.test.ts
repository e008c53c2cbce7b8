/**
 * A network that was trained and saved by TensorFlow.js itself.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assignWeights } from '../../src/model/assign.ts';
import { normaliseConfig } from '../../src/model/keras-config.ts';
import type { LayersModel, Tf } from '../../src/model/to-tfjs/index.ts';
import { openWeights } from '../../src/model/weights/index.ts';
import { loadTfjs } from '../../src/runtime/tfjs-load.ts';
import type { Pixels } from '../../src/types.ts';
import { temporaryFolder } from '../support/folder.ts';
import { createRandom } from '../support/random.ts';
import { distance } from './compare.ts';
import { raw, runOnnx, runTfjs } from './run.ts';

const [width, height, count] = [12, 9, 6];

/** Stripes for one class, noise for the other. */
function draw(): { pictures: Pixels[]; labels: number[] } {
  const random = createRandom(3);
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const pictures = labels.map((label): Pixels => {
    const step = 2 + random.below(3);
    const bytes = Array.from({ length: width * height * 3 }, (_, i) =>
      label === 0 ? (Math.floor(i / 3 / step) % 2) * 200 + 20 : random.below(256),
    );
    return { data: Uint8Array.from(bytes), width, height };
  });
  return { pictures, labels };
}

function build(tf: Tf): LayersModel {
  const { layers } = tf;
  return tf.sequential({
    layers: [
      layers.rescaling({ scale: 1 / 255, inputShape: [height, width, 3] }),
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }),
      layers.batchNormalization(),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.separableConv2d({ filters: 6, kernelSize: 3, padding: 'same' }),
      layers.leakyReLU(),
      layers.dropout({ rate: 0.2 }),
      layers.flatten(),
      layers.dense({ units: 2, activation: 'softmax' }),
    ],
  });
}

/** Writes what `model.save('file://…')` writes with tfjs-node. */
async function save(tf: Tf, model: LayersModel, folder: string): Promise<string> {
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData, format, generatedBy }) => {
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      await writeFile(join(folder, 'weights.bin'), Buffer.from(weightData as ArrayBuffer));
      await writeFile(
        join(folder, 'model.json'),
        JSON.stringify({ modelTopology, weightsManifest, format, generatedBy, convertedBy: null }),
      );
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  return join(folder, 'model.json');
}

test('a network that TensorFlow.js trained and saved gives on both runtimes what it gave there', async () => {
  const { tf } = await loadTfjs('cpu');
  const { pictures, labels } = draw();
  const x = tf.tensor4d(
    pictures.flatMap(({ data }) => [...data]),
    [count, height, width, 3],
  );
  const y = tf.oneHot(labels, 2);
  const model = build(tf);
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy' });
  await model.fit(x, y, { epochs: 3, batchSize: count, verbose: 0 });
  const expected = await (model.predict(x) as ReturnType<Tf['tensor']>).array();
  const path = await save(tf, model, temporaryFolder());

  const file = await openWeights(path);
  try {
    const config = normaliseConfig(file.topology, 'model.json');
    const network = { config, weights: assignWeights(config, file, 'model.json') };
    const outputs = [config.config.output_layers[0][0]];
    const [onnx] = await runOnnx(network, raw, outputs, pictures);
    const { vectors } = await runTfjs(network, raw, outputs, pictures, 'cpu');
    const wanted = (expected as number[][]).map((row) => Float32Array.from(row));
    expect(new Set(wanted.map(([p]) => p?.toFixed(3))).size).toBeGreaterThan(1);
    for (const found of [onnx!, vectors[0]!]) expect(distance(found, wanted).error).toBeLessThan(1e-3);
  } finally {
    file.close();
  }
});
