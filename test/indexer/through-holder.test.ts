import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  copySamples,
  indexer,
  jsonLines,
  killWhatIsLeft,
  type Process,
  startIndexer,
  startServer,
  temporaryPlace,
  until,
} from './command-line.ts';

const place = temporaryPlace();
const data = join(place, 'data');
const photos = join(place, 'photos');
killWhatIsLeft();

const through = (...argv: string[]) => indexer([...argv, '--data', data, '--json']);
const status = async () => (await through('status')).json[0] as { images: number; inferences: number };

describe('while a server holds the collection', () => {
  let server: Process & { readonly url: string };
  let names: string[] = [];

  beforeAll(async () => {
    names = copySamples(photos, 4);
    server = await startServer([photos, '--data', data]);
    await until(async () => (await status()).images === 4, server.stderr);
  });

  test('its first line says where it listens, and each outcome is a line', async () => {
    const lines = jsonLines(server.stdout());
    expect(lines[0]).toEqual({ type: 'listening', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect(lines.slice(1).map(({ type, image }) => `${type} ${image}`)).toEqual(
      expect.arrayContaining(names.map((name) => `indexed ${name}`)),
    );
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test('the token that commands use is for the owner only', () => {
    const holder = JSON.parse(readFileSync(join(data, 'holder.json'), 'utf8')) as Record<string, unknown>;
    expect(holder).toEqual({ pid: server.child.pid, url: server.url, token: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test('similar asks it, also for a file outside', async () => {
    const { json, code } = await through('similar', names[0]!);
    expect(json[0]).toMatchObject({ query: { image: names[0] } });
    expect(code).toBe(0);
    copyFileSync(join(photos, names[1]!), join(place, 'other.jpeg'));
    expect((await through('similar', join(place, 'other.jpeg'))).json[0]).toMatchObject({
      results: [{ image: names[1], score: 1 }, {}, {}, {}],
    });
    const wrong = await through('similar', names[0]!, '-k', '0');
    expect(wrong.stderr).toContain('-k must be a whole number from 1 to 1000; got 0');
    expect(wrong.code).toBe(2);
  });

  test('index of another folder tells outcomes and counts, and exits 3 where one failed', async () => {
    const more = join(place, 'more');
    const others = copySamples(more, 3, 10);
    copyFileSync(join(photos, names[0]!), join(more, 'same.jpeg'));
    writeFileSync(join(more, 'broken.jpg'), 'text');
    const { json, code } = await through('index', more);
    expect(json.at(-1)).toMatchObject({ type: 'summary', indexed: 3, reused: 1, failed: 1, quarantined: 1 });
    expect(json.slice(0, -1).map(({ type, root, image }) => `${type} ${root} ${image}`)).toEqual(
      expect.arrayContaining([
        ...others.map((name) => `indexed more ${name}`),
        'reused more same.jpeg',
        'failed more broken.jpg',
      ]),
    );
    expect(code).toBe(3);
  });

  test('failures, roots and rebuild work through it', async () => {
    expect((await through('failures')).json).toMatchObject([{ root: 'more', image: 'broken.jpg' }]);
    expect((await through('roots', 'rename', 'more', 'other')).json).toMatchObject([{ name: 'other', images: 4 }]);
    expect((await through('roots')).json).toHaveLength(2);
    expect((await through('rebuild', '--from-cache')).json).toMatchObject([{ type: 'rebuilt', vectors: 7 }]);
    expect((await through('rebuild')).json).toMatchObject([{ type: 'rebuilt', embedded: 0, vectors: 7 }]);
    expect((await through('roots', 'remove', 'other')).code).toBe(0);
    expect(await status()).toMatchObject({ images: 4 });
  });

  test('a second server says who holds the collection, and exits 1', async () => {
    const { json, stderr, code } = await indexer(['serve', photos, '--data', data, '--port', '0', '--json']);
    expect(json).toMatchObject([{ type: 'error', error: { code: 'collection_locked' } }]);
    expect(stderr).toContain(`it answers at ${server.url} (process ${server.child.pid})`);
    expect(code).toBe(1);
  });

  test('a kill -9 leaves a collection that the next command works on', async () => {
    server.child.kill('SIGKILL');
    await once(server.child, 'close');
    expect(existsSync(join(data, 'holder.json'))).toBe(true);
    const { json, code } = await through('similar', names[0]!);
    expect(json[0]).toMatchObject({ query: { image: names[0] } });
    expect(code).toBe(0);
    expect(existsSync(join(data, 'holder.json'))).toBe(false);
    expect((await through('index', photos)).json).toMatchObject([{ unchanged: 4, inferences: 0 }]);
  });
});

test('a command whose server is killed says so', async () => {
  const busy = join(place, 'busy');
  const own = join(place, 'busy-data');
  copySamples(busy, 120, 100);
  const server = await startServer(['--data', own]);
  const command = startIndexer(['index', busy, '--data', own]);
  await until(() => server.stdout().includes('"indexed"'), server.stderr);
  server.child.kill('SIGKILL');
  expect(await command.ended).toBe(1);
  expect(command.stderr()).toContain('error: the process that holds the collection has ended; what it committed stays');
  rmSync(own, { recursive: true, force: true });
});

test('index can be asked about while it runs, without a server', async () => {
  const own = join(place, 'own-data');
  const folder = join(place, 'long');
  copySamples(folder, 60, 300);
  const command = startIndexer(['index', folder, '--data', own, '--json']);
  await until(() => command.stdout().includes('"indexed"'), command.stderr);
  const { json } = await indexer(['status', '--data', own, '--json']);
  expect(json[0]).toMatchObject({ roots: [{ name: 'long' }] });
  expect(await command.ended).toBe(0);
  const { indexed, reused, failed } = jsonLines(command.stdout()).at(-1) as Record<string, number>;
  // Some of the samples are the same picture.
  expect(indexed! + reused!).toBe(60);
  expect(failed).toBe(0);
});
