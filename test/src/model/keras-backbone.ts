/** A network as data in a folder, small enough to be looked through. */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { networkVariables } from '../../../src/model/layers/index.ts';
import type { KerasManifest } from '../../../src/model/manifest.ts';
import type { NetworkConfig } from '../../../src/model/network.ts';
import { writeSafetensors } from '../../../src/model/weights/index.ts';
import { classifier } from './networks.ts';
import { variable } from './to-onnx/fixture.ts';

/**
 * Writes a folder as the product keeps it. Without more it holds `classifier()`: 8 x 6 pixels, 4 numbers after `sum`, 5 classes.
 * @returns the manifest that was written
 */
export async function writeKerasBackbone(
  folder: string,
  o: { config?: NetworkConfig; manifest?: Partial<KerasManifest> } = {},
): Promise<KerasManifest> {
  const config = o.config ?? classifier();
  await mkdir(folder, { recursive: true });
  const weights = [...networkVariables(config)].map(([name, specs]) => [name, specs.map(variable)] as const);
  const { sha256 } = await writeSafetensors(new Map(weights), join(folder, 'weights.safetensors'), { dtype: 'F32' });
  const manifest: KerasManifest = {
    name: basename(folder),
    config: 'config.json',
    file: 'weights.safetensors',
    sha256,
    licence: 'Apache-2.0',
    source: 'made by a test',
    input: { width: 6, height: 8, colour: 'rgb', mode: 'tf' },
    resize: { policy: 'squash', kernel: 'nearest' },
    output: { layer: 'sum', pooling: 'avg', dim: 4 },
    classes: { layer: 'classes', labels: 'labels.tsv', activation: 'softmax' },
    ...o.manifest,
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(join(folder, 'labels.tsv'), 'a\ta\nb\tb\nc\tc\nd\td\ne\te\n');
  await writeFile(join(folder, 'model.json'), JSON.stringify(manifest));
  return manifest;
}
