import { expect, test } from 'vitest';
import { architectures } from '../../src/model/architectures/index.ts';
import { normaliseConfig } from '../../src/model/keras-config.ts';
import { shapesOf } from '../../src/model/layers/index.ts';
import { normalisationOf } from '../../src/model/normalisation.ts';
import { toOnnx } from '../../src/model/to-onnx/index.ts';
import { cutLayer } from '../../src/model/truncate.ts';
import { openOnnxSession } from '../../src/runtime/onnx.ts';
import { openTfjs } from '../../src/runtime/tfjs.ts';
import { loadTfjs, type TfjsBackend } from '../../src/runtime/tfjs-load.ts';
import type { Pixels } from '../../src/types.ts';
import { normals, randomNetwork } from '../support/random-network.ts';

const PICTURES = 4;
const LEAST = 0.9999;

/** Every architecture, with random weights and its top: from the same pictures TF.js gives the vectors of ONNX Runtime. */
export function agreementContract(backend: TfjsBackend): void {
  test.each([...architectures.values()].map((architecture) => [architecture.name, architecture] as const))(
    '%s gives the same feature maps and classes on both runtimes',
    async (name, architecture) => {
      // Of uneven sizes: SAME padding differs on both axes.
      const [width, height] = [architecture.minimum + 26, architecture.minimum + 37];
      const config = normaliseConfig(architecture.config({ top: true, width, height, classes: 50 }), name);
      const { colour, mode } = architecture;
      const normalisation = normalisationOf(typeof mode === 'string' ? { mode } : mode);
      const input = { width, height, colour, ...normalisation };
      const pictures = Array.from({ length: PICTURES }, (_, i) => picture(width, height, i));
      const { tf } = await loadTfjs(backend);
      const { scale, mean, std } = normalisation;
      const channels = colour === 'rgb' ? [0, 1, 2] : [2, 1, 0];
      const numbers = pictures.map(({ data }) =>
        Float32Array.from(data, (_, i) => {
          const channel = i % 3;
          return (data[i - channel + channels[channel]!]! * scale - mean[channel]!) / std[channel]!;
        }),
      );
      const network = randomNetwork(tf, config, numbers, 7);

      const layers = [cutLayer(config), config.config.output_layers[0][0]] as const;
      const theirs = await openTfjs(network, input, layers, { backend });
      const [dim] = theirs.dims;
      expect(dim).toBe(
        shapesOf(config)
          .get(layers[0])!
          .reduce((product, size) => product * size, 1),
      );
      const outputs = [
        { name: 'embedding', layer: layers[0] },
        { name: 'classes', layer: layers[1] },
      ] as const;
      const ours = await openOnnxSession(
        {
          bytes: toOnnx(network, { input, weights: 'f32', outputs, name }),
          input: { name: 'pixels', width, height, layout: 'nhwc', type: 'uint8', colour: 'rgb' },
          output: { name: 'embedding', dim: dim! },
          classes: { output: 'classes', activation: 'softmax' },
          label: `${name}/model.onnx`,
        },
        { device: 'cpu', threads: 1 },
      );
      const expected = (await ours.run(pictures)).map(({ vector, classes }) => [vector, classes!]);
      const made = await theirs.run(pictures);
      await Promise.all([ours.close(), theirs.close()]);

      for (const [i, what] of ['feature maps', 'classes'].entries()) {
        const of = (all: readonly (readonly Float32Array[])[]): Vectors => all.map((vectors) => vectors[i]!);
        const [a, b] = [of(made), of(expected)];
        expect(leastCosine(b.slice(1), b.slice(0, -1)), `${what} of different pictures`).toBeLessThan(0.99);
        expect(leastCosine(a, b), what).toBeGreaterThanOrEqual(LEAST);
        // What all pictures have in common is most of a vector, and hides what tells them apart.
        expect(leastCosine(centred(a), centred(b)), `${what}, less their mean`).toBeGreaterThanOrEqual(LEAST);
      }
    },
  );
}

type Vectors = readonly Float32Array[];

/** Smooth spots of colour, other ones for each seed. */
function picture(width: number, height: number, seed: number): Pixels {
  const normal = normals(seed);
  const waves = Array.from({ length: 12 }, () => [normal() / 9, normal() / 9, normal() * 3, normal() * 40] as const);
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    const sum = waves
      .slice(c * 4, c * 4 + 4)
      .reduce((all, [u, v, w, size]) => all + size * Math.sin(u * x + v * y + w), 0);
    return Math.min(255, Math.max(0, Math.round(128 + sum)));
  });
  return { width, height, data };
}

function leastCosine(a: Vectors, b: Vectors): number {
  return Math.min(
    ...a.map((vector, i) => {
      const [dot, aa, bb] = [
        [vector, b[i]!],
        [vector, vector],
        [b[i]!, b[i]!],
      ].map(([x, y]) => x!.reduce((sum, value, j) => sum + value * y![j]!, 0)) as [number, number, number];
      return dot / Math.sqrt(aa * bb);
    }),
  );
}

function centred(vectors: Vectors): Vectors {
  const mean = vectors[0]!.map((_, j) => vectors.reduce((sum, vector) => sum + vector[j]! / vectors.length, 0));
  return vectors.map((vector) => vector.map((value, j) => value - mean[j]!));
}
