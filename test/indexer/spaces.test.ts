import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/files.ts';
import { copySamples, indexer, killWhatIsLeft, startServer, temporaryPlace } from './command-line.ts';

const place = temporaryPlace();
const data = join(place, 'data');
const folder = join(place, 'photos');
const picker = join(packageRoot, 'test', 'fixtures', 'models', 'picker');
const ask = (...argv: string[]) => indexer([...argv, '--data', data, '--json']);
let names: string[];
let first: string;
killWhatIsLeft();

beforeAll(async () => {
  names = copySamples(folder, 4);
  await ask('index', folder, '--backbone', picker);
  const { json } = await ask('status');
  first = json[0]!.space as string;
});

describe('from one network to another and back', () => {
  test('--backbone moves the collection, and spaces list says how things stand', async () => {
    expect((await ask('spaces', 'list')).json).toEqual([
      {
        ...{ id: first, backbone: 'picker', folder: picker, pooling: 'none', cut: null, base: null, dim: 4 },
        ...{ current: true, previous: false },
        ...{ embedded: 4, lacking: 0, failed: 0, coverage: 1, bytes: expect.any(Number) },
      },
    ]);
    const { json, code } = await ask('rebuild', '--backbone', 'efficientnet-lite0');
    expect(json).toEqual([{ type: 'rebuilt', space: expect.any(String), embedded: 4, failed: 0, vectors: 4 }]);
    expect(code).toBe(0);
    expect((await ask('spaces')).json).toMatchObject([
      { backbone: 'efficientnet-lite0', current: true, previous: false, coverage: 1 },
      { backbone: 'picker', current: false, previous: true, coverage: 1 },
    ]);
    const { stdout } = await indexer(['spaces', '--data', data]);
    expect(stdout).toMatch(
      /^[0-9a-f]{16} {2}efficientnet-lite0, avg {2}1280 numbers {2}4 embedded {2}[\d.]+ [kM]B {2}current\n/,
    );
    expect(stdout).toMatch(/\n[0-9a-f]{16} {2}picker, none {2}4 numbers {2}4 embedded {2}[\d.]+ \w?B {2}previous\n$/);
  });

  test('similar --space asks the other one, by name, by id and by its beginning', async () => {
    for (const space of ['picker', first, first.slice(0, 5)]) {
      expect((await ask('similar', names[0]!, '--space', space)).json).toMatchObject([{ space: first }]);
    }
    const { json, code } = await ask('similar', names[0]!, '--space', 'vgg16');
    expect(json).toMatchObject([{ type: 'error', error: { code: 'space_not_found' } }]);
    expect(code).toBe(1);
  });

  test('a file goes through the network of the space that is asked', async () => {
    const [other] = copySamples(place, 1, 20);
    const { json } = await ask('similar', join(place, other!), '--space', 'picker');
    expect(json).toMatchObject([{ space: first, query: null, results: [{}, {}, {}, {}] }]);
  });

  test('serve and index with another network than the collection has are refused', async () => {
    for (const command of [
      ['index', folder],
      ['serve', '--port', '0'],
    ]) {
      const { json, code } = await ask(...command, '--backbone', picker);
      expect(json).toMatchObject([
        { error: { code: 'other_space', hint: expect.stringContaining('indexer rebuild') } },
      ]);
      expect(code).toBe(1);
    }
  });

  test('--rollback goes back through a server, which says what it embedded', async () => {
    const server = await startServer([folder, '--data', data]);
    copySamples(folder, 1, 10);
    await ask('index', folder);
    const { json, code } = await ask('rebuild', '--rollback');
    expect(json).toMatchObject([{ type: 'rebuilt', space: first, embedded: 1, vectors: 5 }]);
    expect(code).toBe(0);
    const status = (await (await fetch(`${server.url}/status`)).json()) as { space: string };
    expect(status.space).toBe(first);
    server.child.kill('SIGTERM');
    await server.ended;
  });

  test('spaces drop frees a space, but not the current one', async () => {
    expect(await ask('spaces', 'drop', first)).toMatchObject({
      code: 1,
      json: [{ error: { code: 'space_in_use', message: `space ${first} (picker) is the current one` } }],
    });
    const { json, code } = await ask('spaces', 'drop', 'efficientnet-lite0');
    expect(json).toMatchObject([{ type: 'space_dropped', backbone: 'efficientnet-lite0', embedded: 5 }]);
    expect(code).toBe(0);
    expect((await ask('spaces')).json).toHaveLength(1);
  });

  test('--dry-run says what a move would do, and does nothing', async () => {
    const { json, code } = await ask('rebuild', '--backbone', 'efficientnet-lite0', '--dry-run');
    expect(json).toMatchObject([{ type: 'plan', dim: 1280, pooling: 'avg', pictures: 5, embedded: 0, sample: 5 }]);
    expect(code).toBe(0);
    const { stdout } = await indexer(['rebuild', '--backbone', 'efficientnet-lite0', '--dry-run', '--data', data]);
    expect(stdout).toMatch(/^space [0-9a-f]{16} \(efficientnet-lite0, avg\): 1280 numbers a picture\n/);
    expect(stdout).toMatch(/\nto embed: 5 of 5 pictures, [\d.]+ a second \(measured on 5\): \d+ s\n/);
    expect(stdout).toMatch(/\nthen 39.4 kB on the disk, 52.2 kB in memory; nothing was changed\n$/);
    expect((await ask('spaces')).json).toHaveLength(1);
  });

  test('--drop-old frees the space that is left', async () => {
    const { json } = await ask('rebuild', '--backbone', 'efficientnet-lite0', '--drop-old');
    expect(json).toMatchObject([{ embedded: 5, dropped: first }]);
    expect((await ask('spaces')).json).toMatchObject([{ backbone: 'efficientnet-lite0' }]);
  });

  test('a root that is offline is told at once, and stops the switch', async () => {
    const { json } = await ask('roots');
    const { name } = json[0] as { name: string };
    const away = `${folder}-away`;
    const { renameSync } = await import('node:fs');
    renameSync(folder, away);
    const { json: lines, stderr, code } = await ask('rebuild', '--backbone', picker);
    renameSync(away, folder);
    expect(lines).toMatchObject([{ error: { code: 'root_offline', message: expect.stringContaining(`"${name}"`) } }]);
    expect(stderr).toMatch(
      new RegExp(`^root "${name}" is offline: what is lacking of its 5 images cannot be embedded`),
    );
    expect(stderr).toContain('hint: what was embedded is kept');
    expect(code).toBe(1);
    expect((await ask('status')).json).toMatchObject([{ backbone: 'efficientnet-lite0', images: 5 }]);
  });
});

describe('--project', () => {
  const many = join(place, 'many');
  const projected = join(place, 'projected');
  const run = (...argv: string[]) => indexer([...argv, '--data', projected, '--json']);
  const network = join(packageRoot, 'test', 'fixtures', 'models', 'fixed-batch');
  let names: string[];

  beforeAll(async () => {
    names = copySamples(many, 20, 30);
    await run('index', many, '--backbone', network);
  });

  test('moves to fewer numbers without the network, and a dry run says so', async () => {
    expect((await run('rebuild', '--project', '4', '--dry-run')).json).toMatchObject([
      { type: 'plan', space: null, dim: 4, pictures: 0, embedded: 20, seconds: 0 },
    ]);
    const { json, stderr } = await run('rebuild', '--project', '4');
    expect(json).toMatchObject([{ type: 'rebuilt', embedded: 0, failed: 0, vectors: 20 }]);
    expect(stderr).toMatch(/^4 numbers keep \d+ % of the variance of the 48 of fixed-batch, on 20 pictures$/m);
    expect((await run('spaces')).json).toMatchObject([
      { id: json[0]!.space, backbone: 'fixed-batch', dim: 4, current: true },
      { dim: 48, base: null, previous: true },
    ]);
  });

  test('is part of the space: what is asked, and what comes, is projected too', async () => {
    const { json } = await run('similar', names[0]!);
    expect(json).toMatchObject([{ results: { length: 10 } }]);
    const [other] = copySamples(place, 1, 60);
    expect((await run('similar', join(place, other!))).json).toMatchObject([{ space: json[0]!.space, query: null }]);
    copySamples(many, 1, 70);
    expect((await run('index', many)).json.at(-1)).toMatchObject({ indexed: 1, inferences: 1 });
    expect((await run('spaces')).json[0]).toMatchObject({ embedded: 21, coverage: 1 });
  });

  test('the collection is opened by the name of its network, projected or not', async () => {
    expect((await run('index', many, '--backbone', network)).json.at(-1)).toMatchObject({ unchanged: 21 });
  });

  test('too many numbers for so few pictures are refused', async () => {
    const { json, code } = await run('rebuild', '--project', '6');
    expect(json).toMatchObject([
      { error: { message: expect.stringMatching(/^project must be at most 5, a quarter/) } },
    ]);
    expect(code).toBe(1);
  });
});

describe('what does not go together', () => {
  test.each([
    [['--rollback', '--backbone', 'picker'], '--rollback does not go with --backbone'],
    [['--from-cache', '--pooling', 'avg'], '--from-cache does not go with --pooling'],
    [['--from-cache', '--rollback'], '--from-cache does not go with --rollback'],
    [['--drop-old'], '--drop-old goes with --backbone, --pooling, --cut or --project'],
    [['--project', '1.5'], '--project must be a whole number from 1 on; got 1.5'],
    [['--pooling', 'sum'], "argument 'sum' is invalid"],
  ])('rebuild %j is a usage error', async (flags, message) => {
    const { stderr, code } = await indexer(['rebuild', ...flags, '--data', data]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  test('an ONNX file cannot be pooled in another way', async () => {
    const { json, code } = await ask('rebuild', '--backbone', picker, '--pooling', 'max');
    expect(json).toMatchObject([{ error: { code: 'invalid_request', message: expect.stringContaining('ONNX') } }]);
    expect(code).toBe(1);
  });
});

test('a broken catalog setting is no way around the check: the config file names a network, too', async () => {
  const config = join(data, 'config.json');
  writeFileSync(config, JSON.stringify({ backbone: picker }));
  expect((await ask('spaces')).code).toBe(0);
  expect((await ask('status')).json).toMatchObject([{ error: { code: 'other_space' } }]);
  expect(readFileSync(config, 'utf8')).toContain('picker');
});
