import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { shapesOf } from '../../../src/model/layers/index.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import type { Network } from '../../../src/model/network.ts';
import { toOnnx } from '../../../src/model/to-onnx/index.ts';
import { openOnnxSession } from '../../../src/runtime/onnx.ts';
import type { TfjsInput } from '../../../src/runtime/tfjs.ts';
import { sessionContract } from '../../contracts/session.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pixkin-session-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a session on ONNX Runtime', () => sessionContract(compiled));

async function compiled(network: Network, input: TfjsInput) {
  const [[layer]] = network.config.config.output_layers;
  const outputs = [{ name: 'embedding', layer }] as const;
  const model = toOnnx(network, { input, weights: 'f32', outputs, name: 'test' });
  const sha256 = createHash('sha256').update(model).digest('hex');
  const file = `${sha256}.onnx`;
  await writeFile(join(folder, file), model);
  const { width, height } = input;
  const manifest: Manifest = {
    name: 'test',
    file,
    sha256,
    licence: 'none',
    source: 'a test',
    input: { name: 'pixels', width, height, layout: 'nhwc', type: 'uint8', colour: 'rgb' },
    resize: { policy: 'squash', kernel: 'nearest' },
    output: { name: 'embedding', dim: shapesOf(network.config).get(layer)![0]!, pooling: 'none' },
  };
  return openOnnxSession({ folder, manifest }, { device: 'cpu', threads: 1 });
}
