import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedModels } from '../../../src/files.ts';
import {
  backboneNames,
  findBackbone,
  loadBackbone,
  readVerifiedModel,
  resizeSpec,
  withOutput,
} from '../../../src/model/backbone.ts';
import { writeKerasBackbone } from './keras-backbone.ts';
import { classifier } from './networks.ts';

const picker = join(import.meta.dirname, '../../fixtures/models/picker');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pixkin-backbone-'));
});
afterAll(() => rm(folder, { recursive: true }));

let copies = 0;
/** A copy of the picker whose manifest is changed. */
async function changed(change: (manifest: Record<string, never>) => unknown): Promise<string> {
  const copy = join(folder, `copy${copies++}`);
  await cp(picker, copy, { recursive: true });
  const manifest = JSON.parse(await readFile(join(picker, 'model.json'), 'utf8'));
  change(manifest);
  await writeFile(join(copy, 'model.json'), JSON.stringify(manifest));
  return copy;
}

describe('the shipped backbone', () => {
  it('is found by its name and is the file that its manifest pins', async () => {
    const backbone = await findBackbone('efficientnet-lite0', [shippedModels]);
    expect(backbone.manifest.output).toEqual({ layer: 'top_activation', dim: 1280, pooling: 'avg' });
    expect(resizeSpec(backbone.manifest)).toEqual({ width: 224, height: 224, policy: 'half', kernel: 'cubic' });
    expect((await readVerifiedModel(backbone)).length).toBeLessThan(9_700_000);
  });

  it('names 1,000 classes in the order of its output', async () => {
    const lines = (await readFile(join(shippedModels, 'efficientnet-lite0/labels.tsv'), 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(1000);
    expect(lines.every((line) => /^n\d{8}\t[^\t]+$/.test(line))).toBe(true);
    expect(lines[985]).toBe('n11939491\tdaisy');
  });
});

describe('finding a backbone', () => {
  it('takes the path of any folder with a manifest', async () => {
    const backbone = await findBackbone(picker, [shippedModels]);
    expect(backbone).toMatchObject({ folder: picker, manifest: { name: 'picker' } });
  });

  it('looks through every model folder, and passes over those that are missing', async () => {
    const folders = [join(folder, 'missing'), join(picker, '..')];
    expect((await findBackbone('picker', folders)).folder).toBe(picker);
    expect(await backboneNames(folders)).toEqual(['fixed-batch', 'picker']);
  });

  it.each(['vgg99', './vgg99', '', '.', '..', 'a\0b', '../picker'])(
    'says what was looked for and what there is: %j',
    async (name) => {
      await expect(findBackbone(name, [join(picker, '..')])).rejects.toMatchObject({
        code: 'backbone_not_found',
        message: `backbone must be one of fixed-batch, picker, or a folder with a model.json; got '${name}'`,
      });
    },
  );

  it('says how a network comes that is known and not here', async () => {
    await expect(findBackbone('vgg16', [])).rejects.toMatchObject({ hint: 'indexer models pull vgg16 brings it' });
  });
});

describe('a manifest that is wrong', () => {
  const cases: [string, (m: Record<string, Record<string, unknown>>) => unknown, RegExp][] = [
    ['a field is missing', (m) => delete m.sha256, /sha256: Invalid input: expected string, received undefined/],
    ['a hash that is none', (m) => Object.assign(m, { sha256: 'AB' }), /sha256: expected 64 lower-case hexadecimal/],
    ['a key nobody knows', (m) => Object.assign(m.input!, { maen: 1 }), /input: Unrecognized key: "maen"/],
    ['another layout', (m) => Object.assign(m.input!, { layout: 'chw' }), /input\.layout: .*"nhwc"\|"nchw"/],
    ['a file elsewhere', (m) => Object.assign(m, { file: '../x.onnx' }), /file: expected the name of a file beside/],
    ['no size', (m) => Object.assign(m.input!, { width: 0 }), /input\.width: .*>=1/],
    ['a fraction without crop', (m) => Object.assign(m.resize!, { fraction: 0.5 }), /resize\.fraction: belongs to/],
    ['uint8 with a mean', (m) => Object.assign(m.input!, { type: 'uint8' }), /input: scale, mean, std and mode belong/],
    ['float32 without std', (m) => delete m.input!.std, /input: type float32 needs mode, or all of scale, mean and/],
    ['a std of zero', (m) => Object.assign(m.input!, { std: [1, 0, 1] }), /input\.std\.1: .*>0/],
    ['mode and mean', (m) => Object.assign(m.input!, { mode: 'tf' }), /input: expected mode, or scale, mean and std;/],
    [
      'caffe in RGB',
      (m) => Object.assign(m.input!, { mode: 'caffe', scale: undefined, mean: undefined, std: undefined }),
      /input: mode caffe means colour bgr; got rgb/,
    ],
  ];
  it.each(cases)('says which field: %s', async (_title, change, message) => {
    const copy = await changed(change);
    await expect(loadBackbone(copy)).rejects.toMatchObject({ code: 'backbone_invalid' });
    await expect(loadBackbone(copy)).rejects.toThrow(message);
  });

  it('says that it is not JSON', async () => {
    const copy = await changed(() => undefined);
    await writeFile(join(copy, 'model.json'), '{');
    await expect(findBackbone(copy, [])).rejects.toThrow(/model\.json: expected JSON; /);
  });
});

describe('a network as data', () => {
  const write = async (...given: Parameters<typeof writeKerasBackbone>): Promise<string> => {
    await writeKerasBackbone(...given);
    return given[0];
  };
  const fresh = (): string => join(folder, `keras${copies++}`);

  it('comes with its whole topology', async () => {
    const backbone = await loadBackbone(await write(fresh()));
    expect('config' in backbone && backbone.config.config.layers.map(({ name }) => name)).toContain('classes');
    expect(resizeSpec(backbone.manifest)).toEqual({ width: 6, height: 8, policy: 'squash', kernel: 'nearest' });
    expect(await readVerifiedModel(backbone)).toHaveLength(
      (await readFile(join(backbone.folder, 'weights.safetensors'))).length,
    );
  });

  it('is cut where include_top=False cuts when its manifest names no layer', async () => {
    const path = await write(fresh(), { manifest: { output: { pooling: 'none', dim: 192 } } });
    expect((await loadBackbone(path)).manifest.output).toEqual({ pooling: 'none', dim: 192 });
  });

  const input = { width: 6, height: 8, colour: 'rgb' } as const;
  const output = { layer: 'sum', pooling: 'avg', dim: 4 } as const;
  it.each<[string, Parameters<typeof writeKerasBackbone>[1], string]>([
    ['dimension', { manifest: { output: { ...output, dim: 5 } } }, 'output.dim is 5, but its output has 4 numbers'],
    ['layer', { manifest: { output: { ...output, layer: 'end' } } }, 'cut must be a layer of small; got end'],
    [
      'classes',
      { manifest: { classes: { layer: 'top', labels: 'labels.tsv', activation: 'softmax' } } },
      'classes.layer is top, but config.json has no such layer',
    ],
    ['normalisation', { manifest: { input } }, 'input: a network needs mode, or all of scale, mean and std'],
    [
      'mode and colour',
      { manifest: { input: { ...input, mode: 'caffe' } } },
      'input: mode caffe means colour bgr; got rgb',
    ],
  ])('is refused where its manifest and topology do not fit: %s', async (_title, o, message) => {
    const path = await write(fresh(), o);
    const label = `${path.split('/').at(-1)}/model.json`;
    await expect(loadBackbone(path)).rejects.toMatchObject({
      code: 'backbone_invalid',
      message: `${label}: ${message}`,
    });
  });

  it('is refused without its topology, or with one that is not understood', async () => {
    const path = await write(fresh());
    await writeFile(join(path, 'config.json'), JSON.stringify(classifier()).replace('"Add"', '"Attention"'));
    await expect(loadBackbone(path)).rejects.toThrow(/config\.json: .*Attention/);
    await rm(join(path, 'config.json'));
    await expect(loadBackbone(path)).rejects.toThrow(/config\.json: expected the topology; there is no such file/);
  });
});

describe('another output', () => {
  it('of a network as data has its dimension computed', async () => {
    const path = join(folder, 'cut');
    await writeKerasBackbone(path);
    const backbone = await loadBackbone(path);
    const outputs = [
      { pooling: 'none' },
      { pooling: 'gem' },
      { layer: 'first', pooling: 'max' },
      { layer: 'classes' },
    ] as const;
    expect(outputs.map((o) => withOutput(backbone, o).manifest.output)).toEqual([
      { layer: 'sum', pooling: 'none', dim: 192 },
      { layer: 'sum', pooling: 'gem', dim: 4 },
      { layer: 'first', pooling: 'max', dim: 4 },
      { layer: 'classes', pooling: 'none', dim: 5 },
    ]);
    expect(withOutput(backbone, {})).toBe(backbone);
    expect(() => withOutput(backbone, { layer: 'classes', pooling: 'avg' })).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });

  it('must not have more numbers than an embedding can have', async () => {
    const path = join(folder, 'large');
    await writeKerasBackbone(path, { manifest: { input: { width: 1000, height: 1000, colour: 'rgb', mode: 'tf' } } });
    const backbone = await loadBackbone(path);
    expect(() => withOutput(backbone, { pooling: 'none' })).toThrow(
      'an embedding must have at most 1000000 numbers; after sum, with pooling none, it has 4000000',
    );
  });

  it('of an ONNX file cannot be had', async () => {
    const backbone = await loadBackbone(picker);
    expect(withOutput(backbone, { pooling: 'none' })).toBe(backbone);
    expect(() => withOutput(backbone, { layer: 'a', pooling: 'avg' })).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        message: 'picker is an ONNX file, whose output is what it is (pooling none); got cut a and pooling avg',
      }),
    );
  });
});

describe('the file of a network', () => {
  it('is refused when one byte is not the one that the manifest pins', async () => {
    const copy = await changed(() => undefined);
    const bytes = await readFile(join(copy, 'tiny.onnx'));
    bytes[100]! ^= 1;
    await writeFile(join(copy, 'tiny.onnx'), bytes);
    const backbone = await loadBackbone(copy);
    await expect(readVerifiedModel(backbone)).rejects.toMatchObject({ code: 'backbone_invalid' });
    await expect(readVerifiedModel(backbone)).rejects.toThrow(
      new RegExp(`tiny\\.onnx: sha256 must be ${backbone.manifest.sha256}, as model\\.json says; got [0-9a-f]{64}$`),
    );
  });

  it('is asked for by name when it is missing', async () => {
    const copy = await changed((m) => Object.assign(m, { file: 'gone.onnx' }));
    await expect(readVerifiedModel(await loadBackbone(copy))).rejects.toThrow(
      /gone\.onnx: expected the file .* ENOENT/,
    );
  });
});
