import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { brokenFiles, writeBrokenFiles } from './broken-files.ts';
import { copySamples, indexer, temporaryPlace } from './command-line.ts';

const place = temporaryPlace();

describe('indexer index', () => {
  const folder = join(place, 'photos');
  const data = join(place, 'data');
  const index = (...more: string[]) => indexer(['index', folder, '--data', data, ...more]);

  test('says what became of each file, and at last the counts', async () => {
    const names = copySamples(folder, 5);
    mkdirSync(join(folder, 'sub'));
    copyFileSync(join(folder, names[0]!), join(folder, 'sub', 'the same.jpeg'));
    writeFileSync(join(folder, 'notes.txt'), 'not a picture');
    const { code, json, stderr } = await index('--json', '--quiet');
    expect(stderr).toBe('');
    expect(json.at(-1)).toEqual({
      type: 'summary',
      indexed: 5,
      reused: 1,
      unchanged: 0,
      removed: 0,
      failed: 0,
      quarantined: 0,
      ignored: 1,
      inferences: 5,
      seconds: expect.any(Number),
    });
    const outcomes = json.slice(0, -1);
    expect(outcomes.map(({ image }) => image).sort()).toEqual([...names, 'sub/the same.jpeg'].sort());
    for (const outcome of outcomes) {
      expect(outcome).toEqual({
        type: expect.stringMatching(/^(indexed|reused)$/),
        root: 'photos',
        image: expect.any(String),
        id: expect.any(Number),
        content: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    }
    expect(code).toBe(0);
  });

  test('runs no network when nothing has changed', async () => {
    const { code, json } = await index('--json');
    expect(json).toHaveLength(1);
    expect(json[0]).toMatchObject({ indexed: 0, reused: 0, unchanged: 6, inferences: 0, failed: 0 });
    expect(code).toBe(0);
  });

  test('tells of a removed picture, however fast the sweep is', async () => {
    rmSync(join(folder, 'sub'), { recursive: true });
    const { json } = await index('--json');
    expect(json).toMatchObject([
      { type: 'removed', image: 'sub/the same.jpeg' },
      { type: 'summary', removed: 1 },
    ]);
  });

  test('quarantines ten broken files, and exits 3', async () => {
    writeBrokenFiles(folder);
    const { code, json } = await index('--json');
    expect(json.at(-1)).toMatchObject({ failed: 10, quarantined: 10, unchanged: 5, indexed: 0 });
    expect(json.filter(({ type }) => type === 'failed').map(({ image }) => image)).toEqual(
      expect.arrayContaining(Object.keys(brokenFiles)),
    );
    expect(code).toBe(3);
  });

  test('names each broken file with its reason in failures', async () => {
    const { code, json } = await indexer(['failures', '--data', data, '--json']);
    expect(json.map(({ image }) => image).sort()).toEqual(Object.keys(brokenFiles).sort());
    for (const failure of json) {
      expect(failure).toEqual({
        root: 'photos',
        image: expect.any(String),
        reason: expect.any(String),
        message: expect.stringMatching(/./),
      });
      expect(brokenFiles[failure.image as string], String(failure.image)).toContain(failure.reason);
      expect(failure.message).not.toContain(place);
    }
    expect(code).toBe(0);
    const people = await indexer(['failures', '--data', data]);
    expect(people.stdout).toMatch(/^zero_bytes {2}photos: broken-empty\.jpg: \S/m);
  });

  test('does not fail again for what is in quarantine already', async () => {
    const { code, json } = await index('--json');
    expect(json).toMatchObject([{ type: 'summary', failed: 0, quarantined: 10 }]);
    expect(code).toBe(0);
  });

  test('exits 3 with --fail-on any as long as something is in quarantine', async () => {
    expect((await index('--fail-on', 'any')).code).toBe(3);
  });

  test('exits 0 with --fail-on none whatever fails', async () => {
    writeFileSync(join(folder, 'more.jpg'), 'no picture either');
    const { code, stdout } = await index('--fail-on', 'none');
    expect(stdout).toMatch(/ 1 failed in /);
    expect(code).toBe(0);
  });

  test('refuses another value of --fail-on', async () => {
    const { code, stderr } = await index('--fail-on', 'sometimes');
    expect(stderr).toMatch(/--fail-on.*sometimes.*new, any, none/);
    expect(code).toBe(2);
  });

  test('takes a mended file out of quarantine', async () => {
    writeFileSync(join(folder, 'more.jpg'), readFileSync(join(folder, copySamples(folder, 1, 5)[0]!)));
    const { json, code } = await index('--json');
    expect(json.at(-1)).toMatchObject({ indexed: 1, reused: 1, inferences: 1, failed: 0, quarantined: 10 });
    expect(code).toBe(0);
  });

  test('tells people the counts on stdout, and each failure on stderr', async () => {
    writeFileSync(join(folder, 'again.jpg'), 'still no picture');
    const { stdout, stderr } = await index();
    expect(stdout).toMatch(/^0 indexed, 0 reused, 7 unchanged, 0 removed, 1 failed in \d+\.\d s\n/);
    expect(stdout).toContain('in quarantine: 11 (indexer failures says why)');
    expect(stderr).toMatch(/^failed: photos: again\.jpg: not_an_image: /m);
  });

  test('says nothing but the counts with --quiet', async () => {
    writeFileSync(join(folder, 'and again.jpg'), 'no picture at all');
    const { stdout, stderr } = await index('--quiet');
    expect(stdout).toMatch(/ 1 failed in /);
    expect(stderr).toBe('');
  });

  test('says how to confirm a removal that is held', async () => {
    const many = join(place, 'many');
    const [name] = copySamples(many, 1);
    for (let i = 0; i < 60; i++) copyFileSync(join(many, name!), join(many, `${i}.jpeg`));
    const args = ['--data', data, '--json'];
    const first = await indexer(['index', many, ...args]);
    expect(first.json.at(-1)).toMatchObject({ reused: 61, inferences: 0 });
    expect(first.stderr).not.toContain('Warning');
    for (let i = 0; i < 55; i++) rmSync(join(many, `${i}.jpeg`));
    const held = await indexer(['index', many, ...args]);
    expect(held.json.at(-1)).toMatchObject({ removed: 0, unchanged: 6 });
    expect(held.stderr).toContain('55 images are gone; they stay in the results until: indexer roots confirm many');
    const confirmed = await indexer(['roots', 'confirm', 'many', ...args]);
    expect(confirmed.json.at(-1)).toMatchObject({ type: 'summary', removed: 55 });
    expect((await indexer(['roots', 'confirm', 'many', ...args])).json).toMatchObject([
      { type: 'error', error: { code: 'nothing_held' } },
    ]);
  });
});

describe('where something is wrong with the folder', () => {
  const data = join(place, 'other-data');

  test.each([
    ['is missing', join(place, 'nowhere')],
    ['is a file', join(place, 'a file')],
  ])('a folder that %s is named in an error, and the exit code is 1', async (_, folder) => {
    writeFileSync(join(place, 'a file'), 'text');
    const { code, stderr, json } = await indexer(['index', folder, '--data', data, '--json']);
    expect(stderr).toMatch(/^error: expected a folder at /);
    expect(stderr).toContain(folder);
    expect(json).toMatchObject([{ type: 'error', error: { code: 'folder_not_found' } }]);
    expect(code).toBe(1);
  });

  test('an empty folder has nothing to index', async () => {
    mkdirSync(join(place, 'empty'));
    const { code, json } = await indexer(['index', join(place, 'empty'), '--data', data, '--json']);
    expect(json).toMatchObject([{ type: 'summary', indexed: 0, failed: 0, ignored: 0 }]);
    expect(code).toBe(0);
  });

  test('several folders are indexed in one run, and --name goes with one only', async () => {
    const folders = ['one', 'two'].map((name, i) => {
      copySamples(join(place, name), 2, 10 + 2 * i);
      return join(place, name);
    });
    const both = await indexer(['index', ...folders, '--name', 'three', '--data', data]);
    expect(both.stderr).toContain('--name names one folder; got 2 folders');
    expect(both.code).toBe(2);
    const { json } = await indexer(['index', ...folders, '--data', data, '--json']);
    expect(json.at(-1)).toMatchObject({ indexed: 4 });
    expect(new Set(json.slice(0, -1).map(({ root }) => root))).toEqual(new Set(['one', 'two']));
  });

  test('--exclude leaves paths out, and --all-files looks into every file', async () => {
    const folder = join(place, 'odd');
    copySamples(folder, 1, 20);
    copySamples(join(folder, 'private'), 1, 21);
    copyFileSync(join(folder, copySamples(folder, 1, 20)[0]!), join(folder, 'picture.dat'));
    const args = ['index', folder, '--name', 'odd ones', '--data', data, '--json'];
    const plain = await indexer([...args, '--exclude', 'private/**']);
    expect(plain.json.at(-1)).toMatchObject({ indexed: 1, ignored: 1 });
    expect(plain.json[0]).toMatchObject({ root: 'odd ones' });
    const all = await indexer([...args, '--all-files']);
    expect(all.json.at(-1)).toMatchObject({ indexed: 1, reused: 1, unchanged: 1, ignored: 0 });
  });
});
