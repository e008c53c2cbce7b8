import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  copySamples,
  indexer,
  jsonLines,
  killWhatIsLeft,
  startIndexer,
  temporaryPlace,
  until,
} from './command-line.ts';

const place = temporaryPlace();
const data = join(place, 'data');
const folder = join(place, 'photos');
const ask = (...argv: string[]) => indexer([...argv, '--data', data]);
killWhatIsLeft();

beforeAll(async () => {
  copySamples(folder, 3);
  await ask('index', folder);
});

describe('status', () => {
  test('with --json is the body of GET /status', async () => {
    const { json, code } = await ask('status', '--json');
    expect(json).toEqual([
      expect.objectContaining({
        images: 3,
        contents: 3,
        quarantined: 0,
        pending: 0,
        inferences: 0,
        space: expect.stringMatching(/^[0-9a-f]{16}$/),
        backbone: 'efficientnet-lite0',
        dim: 1280,
        device: null,
        roots: [{ name: 'photos', state: 'online', images: 3, held: 0, path: folder }],
      }),
    ]);
    expect(code).toBe(0);
  });

  test('tells people the same in lines', async () => {
    const { stdout, stderr } = await ask('status');
    expect(stdout).toMatch(/^3 images, 0 in quarantine, 0 to do\n/);
    expect(stdout).toMatch(/\nroot photos: online, 3 images\n$/);
    expect(stderr).toBe('');
  });
});

test('failures says that there are none', async () => {
  expect(await ask('failures')).toMatchObject({ code: 0, stdout: 'nothing is in quarantine\n', stderr: '' });
  expect((await ask('failures', '--json')).json).toEqual([]);
});

test('rebuild embeds what is lacking and says what the index holds', async () => {
  const rebuilt = { type: 'rebuilt', space: expect.any(String), embedded: 0, failed: 0, vectors: 3 };
  expect((await ask('rebuild', '--json')).json).toEqual([rebuilt]);
  expect((await ask('rebuild', '--from-cache', '--json')).json).toEqual([rebuilt]);
  expect((await ask('rebuild', '--from-cache')).stdout).toMatch(/0 pictures embedded, 3 vectors in the index/);
});

test('rebuild with an unknown network fails and changes nothing', async () => {
  const { json, code } = await ask('rebuild', '--backbone', 'nope', '--json');
  expect(json).toMatchObject([{ type: 'error', error: { code: 'backbone_not_found' } }]);
  expect(code).toBe(1);
  expect((await ask('status', '--json')).json).toMatchObject([{ images: 3, backbone: 'efficientnet-lite0' }]);
});

test('models names the networks', async () => {
  const { json, code } = await indexer(['models', '--json']);
  expect(json[0]).toMatchObject({
    name: 'efficientnet-lite0',
    space: expect.stringMatching(/^[0-9a-f]{16}$/),
    dim: 1280,
    pooling: 'avg',
    width: 224,
    height: 224,
    resize: { policy: 'half', kernel: 'cubic' },
    licence: 'Apache-2.0',
  });
  expect(code).toBe(0);
  expect((await indexer(['models'])).stdout).toMatch(/^efficientnet-lite0 {2}1280 numbers/);
});

describe('doctor', () => {
  test('checks every part that the main job needs', async () => {
    const { json, code } = await ask('doctor', '--json');
    for (const check of json) {
      expect(check).toMatchObject({
        name: expect.any(String),
        state: expect.stringMatching(/^(ok|warning)$/),
        message: expect.any(String),
      });
    }
    expect(json.map(({ name }) => name)).toEqual(expect.arrayContaining(['data folder', 'network', 'device']));
    expect(code).toBe(0);
    expect((await ask('doctor')).stdout).toMatch(/^ok {7}Node: /);
  });

  test('says what is wrong, with a hint, and exits 1', async () => {
    const file = join(place, 'a file');
    writeFileSync(file, 'text');
    const { stdout, code } = await indexer(['doctor', '--data', file, '--backbone', 'nope']);
    expect(stdout).toMatch(/^ERROR {4}data folder: /m);
    expect(stdout).toMatch(/^ERROR {4}network: .*nope/m);
    expect(code).toBe(1);
  });
});

test('watch follows the remembered folders, and other commands reach it', async () => {
  const watch = startIndexer(['watch', '--data', data, '--json']);
  await until(() => watch.stdout().includes('listening'), watch.stderr);
  const [name] = copySamples(folder, 1, 3);
  await until(() => watch.stdout().includes(`"image":"${name}"`), watch.stderr);
  expect(jsonLines(watch.stdout())).toContainEqual(expect.objectContaining({ type: 'indexed', image: name }));
  expect((await ask('similar', name!, '--json')).json).toMatchObject([{ query: { image: name } }]);
  watch.child.kill('SIGTERM');
  expect(await watch.ended).toBe(0);
});

test('without --data it is PIXKIN_DATA', async () => {
  const { json } = await indexer(['status', '--json'], { env: { PIXKIN_DATA: data } });
  expect(json).toMatchObject([{ images: 4 }]);
});
