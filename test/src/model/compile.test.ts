import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type KerasBackbone, loadBackbone, withOutput } from '../../../src/model/backbone.ts';
import { compileBackbone } from '../../../src/model/compile.ts';
import { writeKerasBackbone } from './keras-backbone.ts';
import { classifier, layer } from './networks.ts';
import { runOnnx } from './to-onnx/run.ts';

const picker = join(import.meta.dirname, '../../fixtures/models/picker');
const pixels = Uint8Array.from({ length: 8 * 6 * 3 }, (_, i) => (i * 37) % 256);

let place: string;
let folder: string;
let backbone: KerasBackbone;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'pixkin-compile-'));
});
afterAll(() => rm(place, { recursive: true }));

let count = 0;
async function loadKeras(...given: Parameters<typeof writeKerasBackbone>): Promise<KerasBackbone> {
  await writeKerasBackbone(...given);
  return (await loadBackbone(given[0])) as KerasBackbone;
}
beforeEach(async () => {
  folder = join(place, `net${count++}`);
  backbone = await loadKeras(folder);
});

describe('a network as data, compiled', () => {
  it('takes the bytes of a decoder and gives its embedding', async () => {
    const { bytes, ...said } = await compileBackbone(backbone, { classes: false });
    expect(said).toEqual({
      input: { name: 'pixels', width: 6, height: 8, layout: 'nhwc', type: 'uint8', colour: 'rgb' },
      output: { name: 'embedding', dim: 4 },
      label: `${backbone.manifest.name}/weights.safetensors`,
    });
    const results = await runOnnx(bytes, pixels, [8, 6]);
    expect(Object.keys(results)).toEqual(['embedding']);
    expect(results.embedding?.dims).toEqual([1, 4]);
  });

  it('gives its classes too where they are asked for, and the same embedding', async () => {
    const [alone, both] = [
      await compileBackbone(backbone, { classes: false }),
      await compileBackbone(backbone, { classes: true }),
    ];
    expect(both.classes).toEqual({ output: 'classes', activation: 'softmax' });
    const { embedding, classes } = await runOnnx(both.bytes, pixels, [8, 6]);
    expect(embedding).toEqual((await runOnnx(alone.bytes, pixels, [8, 6])).embedding);
    expect(classes?.dims).toEqual([1, 5]);
  });

  it('gives its classes beside an embedding whose name is taken in the layers after it', async () => {
    const end = [layer('pool', 'GlobalMaxPooling2D', ['sum']), layer('embedding', 'Dense', ['pool'], { units: 3 })];
    const other = await loadKeras(join(folder, 'other'), { config: classifier(end) });
    const { bytes } = await compileBackbone(other, { classes: true });
    const { embedding, classes } = await runOnnx(bytes, pixels, [8, 6]);
    expect([embedding?.dims, classes?.dims]).toEqual([
      [1, 4],
      [1, 5],
    ]);
    const { bytes: alone } = await compileBackbone(other, { classes: false });
    expect(embedding).toEqual((await runOnnx(alone, pixels, [8, 6])).embedding);
  });

  it('without classes takes pictures of a size that its top does not', async () => {
    const end = [layer('flat', 'Flatten', ['sum'])];
    const manifest = { input: { width: 5, height: 9, colour: 'rgb', mode: 'tf' } } as const;
    const other = await loadKeras(join(folder, 'other'), { config: classifier(end), manifest });
    const { bytes } = await compileBackbone(other, { classes: false });
    expect((await runOnnx(bytes, new Uint8Array(9 * 5 * 3), [9, 5])).embedding?.dims).toEqual([1, 4]);
    await expect(compileBackbone(other, { classes: true })).rejects.toMatchObject({ code: 'backbone_invalid' });
  });

  it('is refused when one byte of its weights is not what the manifest pins', async () => {
    const file = join(folder, 'weights.safetensors');
    const bytes = await readFile(file);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(file, bytes);
    await expect(compileBackbone(backbone, { classes: false })).rejects.toMatchObject({
      code: 'backbone_invalid',
      message: expect.stringMatching(/weights\.safetensors: sha256 must be [0-9a-f]{64}, as model\.json says; got/),
    });
    await rm(file);
    await expect(compileBackbone(backbone, { classes: false })).rejects.toThrow(/expected the weights .*; got ENOENT/);
  });

  it('is refused when its weights are those of another topology', async () => {
    const config = JSON.parse(JSON.stringify(backbone.config).replace('"kernel_size":3', '"kernel_size":5'));
    await expect(compileBackbone({ ...backbone, config }, { classes: false })).rejects.toThrow(
      /weights\.safetensors: layer first: expected kernel 5 x 5 x 3 x 4/,
    );
  });
});

describe('what was compiled', () => {
  const cacheOf = (): string => join(folder, 'compiled');
  const compile = (given = backbone, classes = false) => compileBackbone(given, { cache: cacheOf(), classes });

  it('is kept, and the weights are not read again', async () => {
    const first = await compile();
    await rm(join(folder, 'weights.safetensors'));
    const { bytes, ...said } = await compile();
    expect(said).toEqual({ input: first.input, output: first.output, label: first.label });
    expect(Buffer.compare(bytes, first.bytes)).toBe(0);
    expect((await readdir(cacheOf())).map((name) => name.replace(/^[0-9a-f]{32}/, 'key')).sort()).toEqual([
      'key.onnx',
      'key.onnx.sha256',
    ]);
  });

  it.each<[string, (files: readonly string[]) => Promise<void>]>([
    ['a byte was flipped', async ([file]) => flip(file!)],
    ['it was cut short', async ([file]) => truncate(file!, 100)],
    ['it is gone', async ([file]) => rm(file!)],
    ['its hash is gone', async ([, hash]) => rm(hash!)],
    ['its hash is another', async ([, hash]) => writeFile(hash!, `${'0'.repeat(64)}\n`)],
  ])('is compiled again when %s', async (_title, damage) => {
    const first = await compile();
    const files = (await readdir(cacheOf())).sort().map((name) => join(cacheOf(), name));
    await damage(files);
    expect(Buffer.compare((await compile()).bytes, first.bytes)).toBe(0);
    // And is kept again.
    await rm(join(folder, 'weights.safetensors'));
    expect(Buffer.compare((await compile()).bytes, first.bytes)).toBe(0);
  });

  it('is another file for another pooling, cut, or set of outputs', async () => {
    await compile();
    await compile(withOutput(backbone, { pooling: 'max' }) as KerasBackbone);
    await compile(withOutput(backbone, { layer: 'first' }) as KerasBackbone);
    await compile(backbone, true);
    expect(await readdir(cacheOf())).toHaveLength(8);
  });

  it('is whole when several compile at once', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => compile()));
    for (const { bytes } of all) expect(Buffer.compare(bytes, all[0]!.bytes)).toBe(0);
    expect(await readdir(cacheOf())).toHaveLength(2);
  });

  it('is not kept where that cannot be done, and is used all the same', async () => {
    await writeFile(cacheOf(), 'a file where the folder should be');
    expect((await compile()).bytes.length).toBeGreaterThan(1000);
  });
});

describe('an ONNX file', () => {
  it('is taken as it is, with what its manifest says', async () => {
    const { bytes, ...said } = await compileBackbone(await loadBackbone(picker), { classes: true, cache: folder });
    expect(bytes).toEqual(await readFile(join(picker, 'tiny.onnx')));
    expect(said).toEqual({
      input: expect.objectContaining({ name: 'image', layout: 'nchw' }),
      output: { name: 'features', dim: 4 },
      label: 'picker/tiny.onnx',
    });
  });
});

async function flip(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[200]! ^= 1;
  await writeFile(file, bytes);
}
