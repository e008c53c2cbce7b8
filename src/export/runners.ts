/**
 * Classifiers at work: the live one, and each kind of exported file, read from where it was written.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Head } from '../head/head.ts';
import { logitsOf } from '../head/predict.ts';
import { logSumExp } from '../head/scores.ts';
import { type Backbone, loadBackbone } from '../model/backbone.ts';
import { compileBackbone } from '../model/compile.ts';
import { createProjector } from '../projection/projection.ts';
import type { Pixels } from '../types.ts';
import { type ClassifierParts, outLabels } from './parts.ts';

/** What a classifier makes of one picture. */
export interface Answer {
  readonly probabilities: Float32Array;
  /** Unit length. */
  readonly embedding: Float32Array;
}

export interface Runner {
  run(pictures: readonly Pixels[]): Promise<Answer[]>;
  close(): Promise<void>;
}

const openSession = async (backbone: Backbone, o: { classes: boolean }) => {
  const { openOnnxSession } = await import('../runtime/onnx.ts');
  return openOnnxSession(await compileBackbone(backbone, o), { device: 'cpu', threads: 1 });
};

/** As pictures are embedded and predicted here. */
export async function runLive({ backbone, head, projection }: ClassifierParts): Promise<Runner> {
  const session = await openSession(backbone, { classes: false });
  const project = projection && createProjector(projection);
  return {
    async run(pictures) {
      const outputs = await session.run(pictures);
      return outputs.map(({ vector: raw }) => {
        const vector = project ? project(raw) : raw;
        const embedding = toUnit(vector);
        const [row] = [...logitsOf(head, embedding)];
        const { logits } = row!;
        const logSum = logSumExp(logits, 0, logits.length, 1 / head.temperature);
        const probabilities = logits.map((each) => Math.exp(each / head.temperature - logSum));
        return { embedding, probabilities: summed(head, probabilities) };
      });
    },
    close: () => session.close(),
  };
}

/** Zeros stay zeros. */
function toUnit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, each) => sum + each * each, 0)) || 1;
  return vector.map((each) => each / length);
}

/** Labels that were merged count together. */
function summed(head: Head, probabilities: Float32Array): Float32Array {
  const { labels, sums } = outLabels(head);
  if (!sums) return probabilities;
  return Float32Array.from(labels, (_, column) =>
    probabilities.reduce((sum, p, row) => sum + p * sums[row * labels.length + column]!, 0),
  );
}

/** A folder with a manifest: the ONNX file, or topology and weights. */
export async function runFolder(folder: string): Promise<Runner> {
  const session = await openSession(await loadBackbone(folder), { classes: true });
  return {
    async run(pictures) {
      const outputs = await session.run(pictures);
      return outputs.map(({ vector, classes }) => ({ embedding: vector, probabilities: classes! }));
    },
    close: () => session.close(),
  };
}

/**
 * The files of TensorFlow.js, as `tf.loadLayersModel` reads them.
 * @param embedding the layer that gives it
 * @throws PixkinError `device_unavailable` where no TensorFlow.js is installed
 */
export async function runTfjs(folder: string, embedding: string): Promise<Runner> {
  const { loadTfjs } = await import('../runtime/tfjs-load.ts');
  // What browsers have comes first.
  const { tf } = await loadTfjs('wasm').catch(() => loadTfjs('auto'));
  const { modelTopology, weightsManifest, format } = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as {
    modelTopology: object;
    weightsManifest: [{ paths: string[]; weights: never[] }];
    format: string;
  };
  const [{ paths, weights }] = weightsManifest;
  const load = async () => {
    const shards = await Promise.all(paths.map((path) => readFile(join(folder, path))));
    return { modelTopology, format, weightSpecs: weights, weightData: new Uint8Array(Buffer.concat(shards)).buffer };
  };
  const loaded = await tf.loadLayersModel({ load });
  const inner = loaded.getLayer(embedding).output;
  const model = tf.model({ inputs: loaded.inputs, outputs: [loaded.outputs[0]!, inner].flat() });
  return {
    async run(pictures) {
      const answers: Answer[] = [];
      for (const { data, width, height } of pictures) {
        const tensors = tf.tidy(() => [model.predict(tf.tensor(data, [1, height, width, 3], 'int32'))].flat());
        const [probabilities, vector] = (await Promise.all(tensors.map((each) => each.data()))) as Float32Array[];
        tf.dispose(tensors);
        answers.push({ probabilities: probabilities!, embedding: vector! });
      }
      return answers;
    },
    close: async () => void model.dispose(),
  };
}
