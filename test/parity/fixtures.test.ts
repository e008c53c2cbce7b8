/**
 * What make.py wrote into test/fixtures/keras/parity: networks of a few layers, with every class of layers in them, from real
 * Keras. So the reader and both compilers are held to Keras' numbers where there is no Python.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { architectures } from '../../src/model/architectures/index.ts';
import { assignWeights } from '../../src/model/assign.ts';
import { normaliseConfig } from '../../src/model/keras-config.ts';
import { layerClasses } from '../../src/model/layers/index.ts';
import type { Network, NetworkConfig } from '../../src/model/network.ts';
import { openWeights } from '../../src/model/weights/index.ts';
import type { Pixels } from '../../src/types.ts';
import { cases } from './cases.ts';
import { expectSame, split } from './compare.ts';
import type { KerasFile } from './python.ts';
import { poolings, raw, runOnnx, runTfjs, withPoolings } from './run.ts';

type Output = (typeof poolings)[number] | 'top';

/** `pixels` (uint8) and `expected` (float32) are base64. */
interface Fixture {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly pixels: string;
  readonly files: readonly Omit<KerasFile, 'top'>[];
  readonly expected: Readonly<Partial<Record<Output, string>>>;
}

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'fixtures', 'keras', 'parity');
const { networks } = JSON.parse(readFileSync(join(folder, 'parity.json'), 'utf8')) as { networks: Fixture[] };

/** Reads one file, and the topology from the first one where it has none. */
async function withFixture(
  { files }: Fixture,
  path: string,
  use: (network: Network) => Promise<void> | void,
): Promise<void> {
  const [file, first] = [await openWeights(join(folder, path)), await openWeights(join(folder, files[0]!.path))];
  try {
    const config = normaliseConfig(file.topology ?? first.topology, path);
    await use({ config, weights: assignWeights(config, file, path) });
  } finally {
    file.close();
    first.close();
  }
}

function picturesOf({ pixels, width, height }: Fixture): Pixels[] {
  const bytes = Buffer.from(pixels, 'base64');
  const one = width * height * 3;
  return Array.from({ length: bytes.length / one }, (_, i) => ({
    data: Uint8Array.from(bytes.subarray(i * one, (i + 1) * one)),
    width,
    height,
  }));
}

function expectedOf({ expected }: Fixture, output: Output, count: number): Float32Array[] | undefined {
  const text = expected[output];
  if (text === undefined) return undefined;
  return split(new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer), count);
}

async function agrees(
  fixture: Fixture,
  network: Network,
  config: NetworkConfig,
  outputs: readonly Output[],
): Promise<void> {
  const pictures = picturesOf(fixture);
  const wanted = outputs.filter((output) => fixture.expected[output] !== undefined);
  const layers = wanted.map((output) => (output === 'top' ? config.config.output_layers[0][0] : output));
  const read = { ...network, config };
  const onnx = await runOnnx(read, raw, layers, pictures);
  const { vectors: tfjs } = await runTfjs(read, raw, layers, pictures, 'cpu');
  for (const [i, output] of wanted.entries()) {
    const expected = expectedOf(fixture, output, pictures.length)!;
    expectSame(onnx[i]!, expected, `ONNX Runtime, ${output}`);
    expectSame(tfjs[i]!, expected, `TensorFlow.js, ${output}`);
  }
}

for (const fixture of networks) {
  describe(fixture.name, () => {
    for (const { path } of fixture.files) {
      test(`${path}: the whole network gives on both runtimes what Keras gives`, () =>
        withFixture(fixture, path, (network) => agrees(fixture, network, network.config, ['top'])));

      test(`${path}: without its top, flattened and pooled, it gives on both runtimes what Keras gives`, () =>
        withFixture(fixture, path, (network) => agrees(fixture, network, withPoolings(network.config), poolings)));
    }
  });
}

test('every class of layers that is understood is in a fixture', async () => {
  const found = new Set<string>();
  for (const fixture of networks) {
    await withFixture(fixture, fixture.files[0]!.path, ({ config }) => {
      for (const { class_name } of withPoolings(config).config.layers) found.add(class_name);
    });
  }
  expect(layerClasses.filter((name) => !found.has(name))).toEqual([]);
});

test('every architecture that Keras has is compared with Keras where Python has it', () => {
  const compared = new Set(
    Object.values(cases)
      .flat()
      .map((name) => name.split('-')[0]),
  );
  expect([...architectures.keys()].filter((name) => !compared.has(name))).toEqual(['efficientnet-lite0']);
});
