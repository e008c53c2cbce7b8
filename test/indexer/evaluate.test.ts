import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { readLabelledFolders } from '../../indexer/labelled-folders.ts';
import { packageRoot } from '../../src/files.ts';
import { copySamples, indexer, temporaryPlace } from './command-line.ts';

const place = temporaryPlace();
const kinds = join(place, 'kinds');
const split = join(place, 'split');
const data = join(place, 'data');
const picker = join(packageRoot, 'test', 'fixtures', 'models', 'picker');
const evaluate = (...argv: string[]) => indexer(['evaluate', '--data', data, ...argv]);
const { signal } = new AbortController();

/** Pictures of one colour, more or less. */
async function paint(folder: string, count: number, colour: { r: number; g: number; b: number }): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    const background = { ...colour, g: colour.g + i };
    const file = join(folder, `${i}.png`);
    await sharp({ create: { width: 8, height: 8, channels: 3, background } })
      .png()
      .toFile(file);
  }
}

beforeAll(async () => {
  for (const [folder, count, g] of [
    [kinds, 6, 20],
    [join(split, 'train'), 4, 20],
    [join(split, 'val'), 2, 30],
  ] as const) {
    await paint(join(folder, 'red', 'deeper'), count, { r: 200, g, b: 20 });
    await paint(join(folder, 'blue'), count, { r: 20, g: g + 40, b: 200 });
  }
  writeFileSync(join(kinds, 'red', 'broken.jpg'), 'no picture');
  writeFileSync(join(kinds, 'red', 'notes.txt'), 'no picture');
  copySamples(kinds, 1);
});

describe('evaluate --from-folders', () => {
  test('compares networks without a collection, and makes none', async () => {
    const { stdout, stderr, code } = await evaluate('--from-folders', kinds, '--backbone', picker);
    expect(stderr).toMatch(/^13 pictures of 2 kinds ask all others\n/);
    const [head, row, note] = stdout.split('\n');
    expect(head).toMatch(/^network +numbers {2} +P@1 +P@10 +mAP {2}ms a picture {2}on the disk$/);
    expect(row).toMatch(/^picker, none +4 +1\.000 +[.\d]+ +1\.000 +[.\d]+ +224 B$/);
    expect(note).toBe('12 queries; by chance .455; standard error of P@1 .000; 1 pictures could not be read');
    expect(code).toBe(0);
    expect(readdirSync(place)).not.toContain('data');
  });

  test('one half of a split asks the other; --json gives a line for each network', async () => {
    const other = join(packageRoot, 'test', 'fixtures', 'models', 'fixed-batch');
    const { stdout } = await evaluate('--from-folders', split, '--backbone', picker, other, '--json');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toMatchObject([
      {
        ...{ type: 'evaluation', backbone: 'picker', pooling: 'none', cut: null, dim: 4, pictures: 12, failed: 0 },
        ...{ queries: 4, depth: 8, p1: 1, p10: 0.5, map: 1, chance: 0.5 },
        ...{
          space: expect.stringMatching(/^[0-9a-f]{16}$/),
          ms_per_picture: expect.any(Number),
          bytes_per_picture: 224,
        },
      },
      { type: 'evaluation', backbone: 'fixed-batch', dim: 48 },
    ]);
  });

  test('--project also tries projections, fitted on the pictures that are asked', async () => {
    const { stdout, code } = await evaluate('--from-folders', kinds, '--backbone', picker, '--project', '2');
    expect(stdout).toMatch(/^picker, none +4 .*\npicker, none, projected +2 +1\.000 /m);
    expect(code).toBe(0);
    const refused = await evaluate('--from-folders', kinds, '--backbone', picker, '--project', '4');
    expect(refused.stderr).toContain('project must be at most 3, with 12 pictures of 4 numbers to fit it on; got 4');
  });

  test('without --backbone it compares the spaces of the collection, and leaves them alone', async () => {
    const photos = join(place, 'photos');
    copySamples(photos, 2);
    await indexer(['index', photos, '--data', data, '--backbone', picker]);
    const before = await indexer(['spaces', '--data', data, '--json']);
    for (const flags of [[], ['--space', 'picker']]) {
      const { json } = await evaluate('--from-folders', split, '--json', ...flags);
      expect(json).toMatchObject([{ backbone: 'picker', space: before.json[0]!.id }]);
    }
    expect((await indexer(['spaces', '--data', data, '--json'])).json).toEqual(before.json);
    const { json, code } = await evaluate('--from-folders', split, '--space', 'vgg16', '--json');
    expect(json).toMatchObject([{ error: { code: 'space_not_found', message: expect.stringContaining('(picker)') } }]);
    expect(code).toBe(1);
  });

  test.each([
    [
      ['--from-folders', join(kinds, 'red')],
      2,
      /must name a folder with a folder for each kind of picture, at least two/,
    ],
    [['--from-folders', join(place, 'none')], 1, /expected a folder at .*none; there is none/],
    [['--from-folders', kinds, '--backbone', 'nothing'], 1, /backbone must be one of/],
    [['--from-folders', kinds, '--backbone', picker, '--pooling', 'max'], 1, /picker is an ONNX file/],
  ])('refuses %j', async (flags, exit, message) => {
    const { stderr, code } = await evaluate(...flags);
    expect(stderr).toMatch(message);
    expect(code).toBe(exit);
  });

  test('Ctrl-C ends it', async () => {
    const stop = new AbortController();
    const running = indexer(['evaluate', '--data', data, '--from-folders', kinds, '--backbone', picker], {
      signal: stop.signal,
    });
    stop.abort('SIGINT');
    expect(await running).toMatchObject({ code: 130, stdout: '' });
  });
});

describe('labelled folders', () => {
  test('the first folder names the kind, however deep a picture lies; what lies beside has none', async () => {
    const { queries, gallery, labels } = await readLabelledFolders(kinds, signal);
    expect(queries).toBe(gallery);
    expect(labels).toEqual(['blue', 'red']);
    expect(gallery.filter(({ label }) => label === 'red')).toHaveLength(7);
    expect(gallery).toHaveLength(13);
  });

  test('train and val are halves of a split, not kinds', async () => {
    const { queries, gallery, labels } = await readLabelledFolders(split, signal);
    expect([queries.length, gallery.length, labels]).toEqual([4, 8, ['blue', 'red']]);
  });
});
