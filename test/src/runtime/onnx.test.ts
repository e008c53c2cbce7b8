import { createHash } from 'node:crypto';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Backbone, loadBackbone, type OnnxBackbone } from '../../../src/model/backbone.ts';
import { type CompiledNetwork, compileBackbone } from '../../../src/model/compile.ts';
import { offeredProviders, openOnnxSession } from '../../../src/runtime/onnx.ts';
import type { Device, Session } from '../../../src/types.ts';
import { writeKerasBackbone } from '../model/keras-backbone.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/models');
const picker = (await loadBackbone(join(fixtures, 'picker'))) as OnnxBackbone;
const fixedBatch = await loadBackbone(join(fixtures, 'fixed-batch'));

let session: Session | undefined;
afterEach(async () => {
  await session?.close();
  session = undefined;
});
const open = async (network: Backbone | CompiledNetwork, device: Device = 'cpu') => {
  session = await openOnnxSession(network, { device, threads: 1 });
  return session;
};

/** A 4 x 4 picture whose bytes are `start`, `start + 1`, … */
const ramp = (start: number) => ({ width: 4, height: 4, data: Uint8Array.from({ length: 48 }, (_, i) => start + i) });

describe('a network of the user, float32 NCHW with mean and std', () => {
  it('gives the numbers that its graph and manifest say', async () => {
    const { run, dim } = await open(picker);
    const [output] = await run([ramp(100)]);
    const vector = output?.vector;
    expect(dim).toBe(4);
    // Byte of row r, column c, channel k: 100 + (r * 4 + c) * 3 + k.
    const red = (byte: number) => (byte / 255 - 0.5) / 0.5;
    const green = (byte: number) => (byte / 255 - 0.25) / 0.25;
    const blue = (byte: number) => (byte / 255 - 0.125) / 2;
    const all = Array.from({ length: 16 }, (_, i) => 100 + i * 3).map((b) => red(b) + green(b + 1) + blue(b + 2));
    const expected = [red(103), green(125), blue(147), all.reduce((a, b) => a + b)];
    expect(vector).toHaveLength(4);
    for (const [i, value] of expected.entries()) expect(vector![i]).toBeCloseTo(value, 4);
  });

  it('gives each picture of a batch of any size the vector that it has alone', async () => {
    const { run } = await open(picker);
    expect(await run([])).toEqual([]);
    const pictures = Array.from({ length: 11 }, (_, i) => ramp(i * 19));
    const together = await run(pictures);
    expect(together).toHaveLength(11);
    for (const [i, picture] of pictures.entries()) expect(together[i]).toEqual((await run([picture]))[0]);
  });
});

describe('a network with a fixed batch, float32 NHWC in BGR', () => {
  it('takes fewer and more pictures than its batch', async () => {
    const { run } = await open(fixedBatch);
    const vectors = (await run([ramp(0), ramp(50), ramp(100)])).map(({ vector }) => vector);
    expect(vectors.map((v) => v.length)).toEqual([48, 48, 48]);
    expect([0, 1, 2].map((i) => vectors[2]![i]!.toFixed(3))).toEqual(['-1.939', '-15.779', '-23.680']);
  });
});

describe('a network as data', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pixkin-onnx-'));
    await writeKerasBackbone(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));
  const picture = (start: number) => ({
    width: 6,
    height: 8,
    data: Uint8Array.from({ length: 144 }, (_, i) => (start + i * 37) % 256),
  });
  const batch = [0, 50, 100, 150, 200].map(picture);

  it('gives the scores of classes beside each vector where they were compiled in', async () => {
    const { run, dim } = await open(await compileBackbone(await loadBackbone(folder), { classes: true }));
    const outputs = await run(batch);
    expect(outputs.map(({ vector, classes }) => [vector.length, classes?.length])).toEqual(batch.map(() => [dim, 5]));
    for (const { classes } of outputs) expect(classes?.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(outputs[0]?.classes).not.toEqual(outputs[1]?.classes);
  });

  it('gives none where they were not, and is compiled on the way', async () => {
    const { run } = await open(await loadBackbone(folder));
    expect(await run(batch.slice(0, 1))).toEqual([{ vector: expect.any(Float32Array) }]);
  });
});

describe('a manifest that does not fit its file', () => {
  it.each([
    [
      'input name',
      { input: { ...picker.manifest.input, name: 'x' } },
      'input.name is x, but tiny.onnx has the input image',
    ],
    ['input type', { input: fixedUint8() }, 'input.type is uint8, but tiny.onnx has float32'],
    [
      'input shape',
      { input: { ...picker.manifest.input, width: 5 } },
      'the shape of input is [N, 3, 4, 5] (input.layout nchw, height 4, width 5), but tiny.onnx has [N, 3, 4, 4]',
    ],
    [
      'output name',
      { output: { ...picker.manifest.output, name: 'y' } },
      'output.name is y, but tiny.onnx has the output features',
    ],
    [
      'output dimension',
      { output: { ...picker.manifest.output, dim: 5 } },
      'output.dim is 5, but tiny.onnx has features [N, 4, 1, 1]',
    ],
  ])('is an error that says which: %s', async (_title, change, message) => {
    await expect(open({ ...picker, manifest: { ...picker.manifest, ...change } })).rejects.toMatchObject({
      code: 'backbone_invalid',
      message: `picker/model.json: ${message}`,
    });
  });

  function fixedUint8() {
    const { name, width, height, layout, colour } = picker.manifest.input;
    return { name, width, height, layout, colour, type: 'uint8' as const };
  }
});

describe('a file that is no network', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pixkin-onnx-'));
    await cp(picker.folder, folder, { recursive: true });
    await writeFile(join(folder, 'tiny.onnx'), 'no network');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is refused for its hash before the runtime sees it', async () => {
    await expect(open({ ...picker, folder })).rejects.toThrow(/tiny\.onnx: sha256 must be/);
  });

  it('is refused by the runtime where its hash is right', async () => {
    const sha256 = createHash('sha256').update('no network').digest('hex');
    const backbone = { folder, manifest: { ...picker.manifest, sha256 } };
    await expect(open(backbone)).rejects.toMatchObject({
      code: 'backbone_invalid',
      message: expect.stringContaining('tiny.onnx: ONNX Runtime cannot load it: '),
    });
  });
});

describe('the device', () => {
  it('auto runs on whatever this machine has, and says why', async () => {
    const { device, run } = await open(picker, 'auto');
    expect(device.why).toMatch(/^auto: /);
    expect(await run([ramp(0)])).toHaveLength(1);
  });

  const missing = (['coreml', 'directml'] as const).find(
    (device) => !offeredProviders().includes({ coreml: 'coreml', directml: 'dml' }[device]),
  );
  it('is an error that says what there is where a named one is not in the build', async () => {
    await expect(open(picker, missing!)).rejects.toMatchObject({
      code: 'device_unavailable',
      message: expect.stringMatching(new RegExp(`^device ${missing} cannot be used: .*; this build offers cpu`)),
    });
  });

  it('cpu is what it says it is', async () => {
    expect((await open(picker, 'cpu')).device).toEqual({
      device: 'cpu',
      why: 'asked for',
    });
  });
});
