import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../../src/files.ts';
import { architectures } from '../../../src/model/architectures/index.ts';
import { type Imported, type ImportOptions, importNetwork } from '../../../src/model/import.ts';
import { ownNames, withStore } from '../../../src/model/store.ts';
import { spaceOf } from '../../../src/space.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { layer } from './networks.ts';
import { mobilenetWeights, smallNetwork } from './weights-only.ts';

const fixtures = join(packageRoot, 'test', 'fixtures', 'keras', 'weights');
/** A network of Keras: 8 x 8 pixels, 5 channels before it is pooled, 3 classes. */
const tiny = join(fixtures, 'tiny.keras');

interface Place {
  readonly data: string;
  readonly bring: (path: string, o?: Omit<ImportOptions, 'path'>) => Promise<Imported>;
}

function place(): Place {
  const data = temporaryFolder();
  return {
    data,
    bring: (path, o = {}) => withStore(data, (store) => importNetwork(data, store, { path, ...o })),
  };
}

test('the same network out of every form is the same space', async () => {
  const { bring } = place();
  const whole = ['tiny.h5', 'tiny.keras', 'tiny-packed.keras', 'tfjs', 'tfjs/model.json'];
  const { backbone } = await bring(tiny, { name: 'first', mode: 'tf' });
  const topology = join(backbone.folder, 'config.json');
  const weightsOnly = ['tiny.weights.h5', 'legacy.h5', 'legacy-split.h5', 'legacy-oldest.h5'];
  for (const [file, o] of [
    ...whole.map((name) => [name, {}] as const),
    ...weightsOnly.map((name) => [name, { topology }] as const),
  ]) {
    const again = await bring(join(fixtures, file), { name: 'again', replace: true, mode: 'tf', ...o });
    expect(spaceOf(again.backbone), file).toBe(spaceOf(backbone));
  }
});

test('the manifest says all that was said, and what follows from the network', async () => {
  const { data, bring } = place();
  const labels = join(data, 'names.txt');
  writeFileSync(labels, 'n1\ttiger\nn2\tlion\nn3\tcat\n');
  const { backbone, bytes, notes } = await bring(tiny, {
    ...{ scale: 1 / 255, std: [0.5, 0.5, 0.5], colour: 'bgr', policy: 'crop', fraction: 0.875, kernel: 'lanczos' },
    ...{ labels, licence: 'MIT' },
  });
  expect(backbone.folder).toBe(join(data, 'models', 'tiny'));
  expect(backbone.manifest).toEqual({
    name: 'tiny',
    config: 'config.json',
    file: 'weights.safetensors',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    licence: 'MIT',
    source: 'tiny.keras',
    input: { width: 8, height: 8, colour: 'bgr', scale: 1 / 255, mean: [0, 0, 0], std: [0.5, 0.5, 0.5] },
    resize: { policy: 'crop', kernel: 'lanczos', fraction: 0.875 },
    output: { layer: 'prelu', pooling: 'avg', dim: 5 },
    classes: { layer: 'predictions', labels: 'labels.tsv', activation: 'softmax' },
  });
  expect(readFileSync(join(backbone.folder, 'labels.tsv'), 'utf8')).toBe('n1\ttiger\nn2\tlion\nn3\tcat\n');
  expect(bytes).toBeGreaterThan(1000);
  expect(notes).toEqual([]);
});

test('what is not said is left as it usually is, and classes without names are spoken of', async () => {
  const { bring } = place();
  const { backbone, notes } = await bring(tiny, { mode: 'none' });
  expect(backbone.manifest).toMatchObject({
    licence: 'not stated',
    input: { colour: 'rgb', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] },
    resize: { policy: 'squash', kernel: 'bilinear' },
  });
  expect(backbone.manifest.classes).toBeUndefined();
  expect(notes).toEqual(['its output predictions has 3 numbers without names: --labels FILE makes classes of them']);
});

test('a network that prepares its input itself gets bytes, which is said', async () => {
  const { bring } = place();
  const { backbone, notes } = await bring(join(fixtures, 'nested.keras'), { cut: 'stem_out' });
  expect(backbone.manifest.input).toMatchObject({ colour: 'rgb', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] });
  expect(notes[0]).toMatch(/^its layer normalise \(Normalization\) prepares the input/);
});

test('it can be cut elsewhere, pooled in another way, and take pictures of another size', async () => {
  const { bring } = place();
  const o = { mode: 'tf', cut: 'conv1_relu', pooling: 'none', size: { width: 16, height: 12 } } as const;
  const { backbone } = await bring(tiny, o);
  expect(backbone.manifest.input).toMatchObject({ width: 16, height: 12 });
  expect(backbone.manifest.output).toEqual({ layer: 'conv1_relu', pooling: 'none', dim: 8 * 6 * 4 });
});

test('a top that only takes the usual size is kept and not used where another one is asked for', async () => {
  const { data, bring } = place();
  const network = await smallNetwork(data, [layer('flat', 'Flatten', ['sum'])]);
  const { backbone, notes } = await bring(network.path, { ...network, mode: 'tf', size: { width: 12, height: 16 } });
  expect(backbone.manifest).toMatchObject({ input: { width: 12, height: 16 }, output: { layer: 'sum', dim: 4 } });
  expect(backbone.manifest.classes).toBeUndefined();
  expect(notes).toEqual(['its output classes cannot be used with 12 x 16 pixels, so it tells no classes apart']);
});

test('a cut that gives a vector is not pooled', async () => {
  const { backbone } = await place().bring(tiny, { mode: 'tf', cut: 'pool' });
  expect(backbone.manifest.output).toEqual({ layer: 'pool', pooling: 'none', dim: 5 });
});

test('half precision halves the kernels', async () => {
  const { data, bring } = place();
  const path = await mobilenetWeights(data);
  const full = await bring(path);
  const half = await bring(path, { name: 'half', half: true });
  expect(half.bytes / full.bytes).toBeLessThan(0.6);
});

describe('weights without a topology', () => {
  test('are recognised by their tensors, the width too', async () => {
    const { data, bring } = place();
    const { backbone } = await bring(await mobilenetWeights(data));
    expect(backbone.manifest).toMatchObject({
      name: 'mobilenet-0.25',
      input: { width: 224, height: 224, colour: 'rgb', mode: 'tf' },
      resize: { policy: 'squash', kernel: 'nearest' },
      output: { layer: 'conv_pw_13_relu', pooling: 'avg', dim: 256 },
    });
    expect(backbone.manifest.classes).toBeUndefined();
  });

  test('may have a top, of any number of classes, which is found too', async () => {
    const { data, bring } = place();
    const path = await mobilenetWeights(data, { top: true, classes: 3 });
    const labels = join(data, 'names.txt');
    writeFileSync(labels, 'tiger\nlion\ncat\n');
    const { backbone } = await bring(path, { labels });
    expect(backbone.manifest.classes).toEqual({ layer: 'predictions', labels: 'labels.tsv', activation: 'softmax' });
    expect(backbone.manifest.output).toMatchObject({ layer: 'conv_pw_13_relu', dim: 256 });
  });

  test('with the thousand classes of ImageNet have their names', async () => {
    const { data, bring } = place();
    const { backbone, notes } = await bring(await mobilenetWeights(data, { top: true }));
    expect(readFileSync(join(backbone.folder, 'labels.tsv'), 'utf8')).toMatch(/^n01440764\ttench\n/);
    expect(notes).toEqual([]);
  });

  test('of nothing known need --as', async () => {
    await expect(place().bring(join(fixtures, 'legacy.h5'))).rejects.toMatchObject({
      code: 'usage',
      message: 'legacy.h5 has weights without a topology, of no network that is known',
      hint: expect.stringMatching(/^--as says whose they are \(efficientnet-lite0, vgg16, .*\), --topology/),
    });
  });

  test('of another network than --as says are refused, with what is wrong', async () => {
    const { data, bring } = place();
    const bringing = bring(await mobilenetWeights(data), { architecture: architectures.get('vgg16') });
    await expect(bringing).rejects.toMatchObject({
      code: 'backbone_invalid',
      message: expect.stringMatching(/^published\.safetensors: layer block1_conv1: expected kernel 3 x 3 x 3 x 64/),
    });
    expect(await ownNames(data)).toEqual([]);
  });
});

describe('a folder with a manifest', () => {
  const picker = join(packageRoot, 'test', 'fixtures', 'models', 'picker');

  test.each(['', 'model.json', 'tiny.onnx'])('is copied, also by its file %j', async (file) => {
    const { bring } = place();
    const { backbone, notes } = await bring(join(picker, file), { name: 'mine' });
    expect(backbone.manifest.name).toBe('mine');
    expect(readdirSync(backbone.folder).sort()).toEqual(readdirSync(picker).sort());
    expect(notes).toEqual(['it brought its own model.json: other flags than --name are not looked at']);
  });

  test('is refused where its file is another', async () => {
    const { data, bring } = place();
    const forged = join(data, 'forged');
    cpSync(picker, forged, { recursive: true });
    writeFileSync(join(forged, 'tiny.onnx'), 'other');
    await expect(bring(forged)).rejects.toMatchObject({
      code: 'backbone_invalid',
      message: expect.stringMatching(/^forged\/tiny\.onnx: sha256 must be [0-9a-f]{64}, as model\.json says; got /),
    });
    expect(await ownNames(data)).toEqual([]);
  });

  test('that this command wrote is the same network again', async () => {
    const { bring } = place();
    const { backbone } = await bring(tiny, { mode: 'tf' });
    const copy = await bring(backbone.folder, { name: 'copy' });
    expect(spaceOf(copy.backbone)).toBe(spaceOf(backbone));
  });

  test('an ONNX file needs one', async () => {
    const { data, bring } = place();
    mkdirSync(join(data, 'bare'));
    const bare = join(data, 'bare', 'net.onnx');
    copyFileSync(join(picker, 'tiny.onnx'), bare);
    await expect(bring(bare)).rejects.toMatchObject({
      code: 'backbone_invalid',
      message: 'net.onnx: expected a model.json beside it; there is none',
    });
  });
});

test.each([
  ['how bytes are prepared is not said', {}, { code: 'usage', message: expect.stringContaining('must be said') }],
  ['there is no such layer', { mode: 'tf', cut: 'nope' }, { message: expect.stringContaining('got nope') }],
  ['a vector is to be pooled', { mode: 'tf', cut: 'pool', pooling: 'avg' }, { message: /pooling must be none/ }],
  ['the name is no name', { mode: 'tf', name: 'a/b' }, { code: 'usage' }],
  ['the disk is too small', { mode: 'tf', free: async () => 1000 }, { code: 'data_unwritable' }],
] as const)('nothing is there after an error: %s', async (_, o, error) => {
  const { data, bring } = place();
  const rejected = await bring(tiny, o).catch((thrown: Error) => thrown);
  expect(rejected).toMatchObject({
    ...error,
    message: 'message' in error ? expectText(error.message) : expect.any(String),
  });
  expect(await ownNames(data)).toEqual([]);
});

test('it can be cancelled, and then nothing is there', async () => {
  const { data, bring } = place();
  const signal = AbortSignal.abort('SIGINT');
  await expect(bring(tiny, { mode: 'tf', signal })).rejects.toMatchObject({ code: 'cancelled' });
  expect(await ownNames(data)).toEqual([]);
});

const expectText = (message: unknown): unknown =>
  message instanceof RegExp ? expect.stringMatching(message) : message;

test('a path with nothing at it is an error that names it', async () => {
  await expect(place().bring('/nowhere/net.h5')).rejects.toMatchObject({
    code: 'backbone_not_found',
    message: expect.stringContaining('net.h5'),
  });
  expect(existsSync('/nowhere')).toBe(false);
});
