import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../../src/files.ts';
import { serveFile } from '../../src/model/file-server.ts';
import { mobilenetWeights, smallNetwork } from '../../src/model/weights-only.ts';
import { indexer, temporaryPlace } from '../command-line.ts';

const place = temporaryPlace();
const data = join(place, 'data');
const models = (...argv: string[]) => indexer(['models', ...argv, '--data', data]);
const tiny = join(packageRoot, 'test', 'fixtures', 'keras', 'weights', 'tiny.keras');

async function importSmall(name: string): Promise<void> {
  const folder = join(place, `files of ${name}`);
  mkdirSync(folder);
  const { path, topology } = await smallNetwork(folder);
  const { code, stderr } = await models('import', path, '--topology', topology, '--mode', 'tf', '--name', name);
  expect({ code, stderr }).toMatchObject({ code: 0 });
}

describe('list', () => {
  test('names what ships, and what can be pulled and how', async () => {
    const { code, json } = await models('list', '--json');
    expect(json[0]).toMatchObject({ name: 'efficientnet-lite0', state: 'shipped', dim: 1280, hint: null });
    expect(json).toContainEqual(
      expect.objectContaining({ name: 'vgg16', state: 'absent', dim: 512, hint: 'indexer models pull vgg16' }),
    );
    expect(json).toHaveLength(12);
    expect(code).toBe(0);
  });

  test('is what models does without a command, and for people a line for each', async () => {
    const { stdout } = await models();
    expect(stdout).toMatch(/^efficientnet-lite0 {2}1280 numbers \(avg pooling\), 224 x 224, \d+\.\d MB, /);
    expect(stdout).toMatch(/^resnet50 {2}2048 numbers .*, not here: indexer models pull resnet50$/m);
    expect((await models('--json')).json).toHaveLength(12);
  });

  test('shows a damaged one and goes on', async () => {
    const folder = join(place, 'damaged');
    mkdirSync(join(folder, 'models', 'mine'), { recursive: true });
    writeFileSync(join(folder, 'models', 'mine', 'model.json'), '{');
    const { code, stdout } = await indexer(['models', '--data', folder]);
    expect(stdout).toMatch(/^mine {2}damaged: mine\/model\.json: expected JSON/m);
    expect(stdout).toMatch(/^vgg16 /m);
    expect(code).toBe(0);
  });
});

describe('import', () => {
  test('says where the network is and how to go on with it', async () => {
    const { code, stdout, stderr } = await models('import', tiny, '--mode', 'tf', '--name', 'said');
    expect(stdout).toBe(
      `said: 5 numbers (avg pooling), 8 x 8, 0.0 MB, in ${join(data, 'models', 'said')}\n` +
        'indexer rebuild --backbone said moves a collection to it\n',
    );
    expect(stderr).toContain('said: its output predictions has 3 numbers without names: --labels FILE');
    expect(code).toBe(0);
  });

  test('takes all that can be said of a network', async () => {
    const labels = join(place, 'names.txt');
    writeFileSync(labels, 'tiger\nlion\ncat\n');
    const normalisation = ['--scale', '1/255', '--mean', '0.5', '--std', '0.1,0.2,0.3', '--colour', 'bgr'];
    const resizing = ['--size', '16x12', '--resize', 'crop', '--fraction', '0.875', '--kernel', 'cubic'];
    const output = ['--cut', 'conv1_relu', '--pooling', 'gem', '--labels', labels, '--licence', 'MIT', '--half'];
    const argv = ['import', tiny, '--name', 'whole', ...normalisation, ...resizing, ...output, '--json'];
    const { json, code } = await models(...argv);
    expect(json).toMatchObject([{ type: 'imported', name: 'whole', dim: 4, pooling: 'gem', classes: true }]);
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(join(data, 'models', 'whole', 'model.json'), 'utf8'))).toMatchObject({
      licence: 'MIT',
      input: { width: 16, height: 12, colour: 'bgr', scale: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.1, 0.2, 0.3] },
      resize: { policy: 'crop', fraction: 0.875, kernel: 'cubic' },
      output: { layer: 'conv1_relu', pooling: 'gem', dim: 4 },
    });
  });

  test.each([
    [[tiny], 'how bytes become what the network takes must be said'],
    [[tiny, '--mode', 'keras'], "argument 'keras' is invalid"],
    [[tiny, '--mode', 'tf', '--size', 'large'], "--size must be pixels, such as 224 or 320x240; got 'large'"],
    [[tiny, '--as', 'vgg17'], '--as must be one of efficientnet-lite0, vgg16'],
    [[], "missing required argument 'path'"],
  ])('%j is a usage error', async (argv, message) => {
    const { code, stdout, stderr } = await models('import', ...argv);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('pull', () => {
  test('tells how far it is, and makes a network of what came', async () => {
    const file = await mobilenetWeights(place, { alpha: 0.25, width: 128, height: 128 });
    const { url } = await serveFile({ bytes: readFileSync(file) });
    const argv = ['mobilenet', '--alpha', '0.25', '--size', '128', '--from', url, '--json'];
    const { json, code } = await models('pull', ...argv);
    const total = readFileSync(file).length;
    expect(json).toContainEqual(expect.objectContaining({ type: 'progress', bytes: total, total }));
    expect(json.at(-1)).toMatchObject({
      ...{ type: 'pulled', name: 'mobilenet-0.25', dim: 256, width: 128, licence: 'Apache-2.0', source: url },
      notes: ['its publisher gives no hash, so none was checked; its tensors fit'],
    });
    expect(code).toBe(0);
  });

  test('of another file than was published fails, with both hashes', async () => {
    const { url } = await serveFile({ bytes: Buffer.from('something else') });
    const { json, code, stderr } = await models('pull', 'vgg16', '--from', url, '--json');
    expect(json.at(-1)).toMatchObject({ type: 'error', error: { code: 'download_failed' } });
    expect(stderr).toMatch(/md5 must be 6d6bbae143d832006294945121d1f1fc, as its publisher says; got [0-9a-f]{32}/);
    expect(code).toBe(1);
  });

  test.each([
    [['vgg17'], 'NAME must be one of efficientnet-lite0, vgg16'],
    [['efficientnet-lite0'], 'no weights are published for efficientnet-lite0'],
    [['vgg16', '--from', 'ftp://example.invalid/x'], '--from must be an http or https address, or a file'],
    [['mobilenet', '--with-top', '--size', '100'], '--size of mobilenet must be one of'],
  ])('%j is a usage error', async (argv, message) => {
    const { code, stderr } = await models('pull', ...argv);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

test('inspect lists layers and where they can be cut, also of a network that is not here', async () => {
  const here = await models('inspect', 'efficientnet-lite0');
  expect(here.code).toBe(0);
  const { json, code } = await models('inspect', 'vgg16', '--json');
  expect(json).toMatchObject([{ name: 'vgg16', cut: 'block5_pool', parameters: 138_357_544 }]);
  expect(code).toBe(0);
  const { stdout } = await models('inspect', 'vgg16');
  expect(stdout).toMatch(/^block5_pool +MaxPooling2D +7 x 7 x 512 +0 +0 +is cut here$/m);
  expect(stdout).toMatch(/^138\.4 M parameters, 15\.5 G multiply-adds a picture$/m);
  expect((await models('inspect', 'vgg17')).stderr).toContain('backbone must be one of efficientnet-lite0');
});

test('verify looks at those that are named, and fails where one is not sound', async () => {
  await importSmall('sound');
  await importSmall('spoilt');
  writeFileSync(join(data, 'models', 'spoilt', 'weights.safetensors'), 'nothing');
  const sound = await models('verify', 'sound', '--json');
  expect(sound.json.map(({ name, check, ok }) => [name, check, ok])).toEqual(
    ['manifest', 'hash', 'weights', 'run'].map((check) => ['sound', check, true]),
  );
  expect(sound.code).toBe(0);
  const both = await models('verify', 'spoilt', 'sound');
  expect(both.stdout).toMatch(/^ERROR {2}spoilt: hash: spoilt\/weights\.safetensors: sha256 must be/m);
  expect(both.stdout).toMatch(/^ok {5}sound: run: /m);
  expect(both.code).toBe(1);
});

test('export writes a network for use elsewhere', async () => {
  await importSmall('exported');
  const out = join(place, 'out', 'net');
  const { json, code } = await models('export', 'exported', '--format', 'safetensors', '--out', out, '--json');
  expect(json).toEqual([{ type: 'exported', name: 'exported', format: 'safetensors', folder: out }]);
  expect(code).toBe(0);
  expect((await models('export', 'exported', '--format', 'onnx', '--out', out)).code).toBe(2);
  expect((await models('export', 'exported')).code).toBe(2);
});

test('bench times networks, and list shows what it found', async () => {
  await importSmall('timed');
  const argv = ['bench', 'timed', '--runtime', 'onnx', '--seconds', '0.1', '--workers', '1', '--json'];
  const { json, code } = await models(...argv);
  expect(json).toMatchObject([{ type: 'speed', name: 'timed', runtime: 'onnx', workers: 1 }]);
  expect(code).toBe(0);
  const listed = (await models('list', '--json')).json.find(({ name }) => name === 'timed');
  expect(listed).toMatchObject({
    speeds: [{ runtime: 'onnx', device: 'cpu', pictures_per_second: expect.any(Number) }],
  });
  expect((await models()).stdout).toMatch(/^timed .* \d+(\.\d)? a second \(onnx\)/m);
});
