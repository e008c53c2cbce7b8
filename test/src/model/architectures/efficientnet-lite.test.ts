/** The network that is shipped: its folder against our architecture of that name. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../../src/files.ts';
import { architectures } from '../../../../src/model/architectures/index.ts';
import { normaliseConfig } from '../../../../src/model/keras-config.ts';
import { inputShapes, shapesOf, variablesOf } from '../../../../src/model/layers/index.ts';
import type { NetworkConfig } from '../../../../src/model/network.ts';
import { openWeights, writeSafetensors } from '../../../../src/model/weights/index.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { linesOf } from './lines.ts';

const folder = join(packageRoot, 'data/models/efficientnet-lite0');
const weights = join(folder, 'weights.safetensors');
const architecture = architectures.get('efficientnet-lite0')!;
const network = architecture.config({ top: true });

/** One layer a line. */
function written({ class_name, config: { layers, ...config } }: NetworkConfig): string {
  const rest = JSON.stringify({ class_name, config: { ...config, layers: ['LAYERS'] } });
  const list = layers.map((layer) => JSON.stringify(layer)).join(',\n');
  return `${rest.replace('"LAYERS"', () => `\n${list}\n`)}\n`;
}

test('config.json is what the architecture writes; `vitest -u` writes it', async () => {
  await expect(written(network)).toMatchFileSnapshot(join(folder, 'config.json'));
});

test('it has the size that its authors give: 4,652,008 parameters, 1,280 channels at 7 x 7', () => {
  const lines = linesOf(network);
  expect(lines.reduce((sum, line) => sum + line.parameters, 0)).toBe(4_652_008 + 2 * 21_008);
  expect(linesOf(architecture.config({ top: false })).at(-1)!.shape).toEqual([7, 7, 1280]);
});

test('weights.safetensors has every variable in the order of the layers, and nothing else', async () => {
  const file = await openWeights(weights);
  const found = file.layers.flatMap(({ layer, tensors }) => tensors.map(({ name, shape }) => [layer, name, shape]));
  const config = normaliseConfig(network, 'config.json');
  const shapes = shapesOf(config);
  const expected = config.config.layers.flatMap((layer) =>
    variablesOf(layer, inputShapes(shapes, layer.inbound_nodes[0] ?? [])).map(({ name, shape }) => [
      layer.name,
      name,
      shape,
    ]),
  );
  await file.close();
  expect(found).toEqual(expected);
});

test('what was read from it is written as the same bytes', async () => {
  const file = await openWeights(weights);
  const read = new Map(
    file.layers.map(({ layer, tensors }) => [
      layer,
      tensors.map((tensor) => ({ name: tensor.name, shape: tensor.shape, data: tensor.read() })),
    ]),
  );
  await file.close();
  const { sha256 } = await writeSafetensors(read, join(temporaryFolder(), 'again.safetensors'), { dtype: 'F16' });
  expect(sha256).toBe(createHash('sha256').update(readFileSync(weights)).digest('hex'));
});
