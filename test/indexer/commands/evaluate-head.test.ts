import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../../src/files.ts';
import { elementsOf } from '../../src/report/html/structure.ts';
import { installed } from '../../support/tfjs.ts';
import { colours, makeColoured } from '../coloured.ts';
import { indexer, temporaryPlace } from '../command-line.ts';

const place = temporaryPlace();
const folder = join(place, 'library');
const data = join(place, 'data');
const network = join(packageRoot, 'test', 'fixtures', 'models', 'fixed-batch');
const ask = (...argv: string[]) => indexer([...argv, '--data', data]);
const evaluate = (...argv: string[]) => ask('evaluate', ...argv);

/** Pictures of three colours in folders that say so, some in the wrong one, and two of each that have no label. */
beforeAll(async () => {
  for (const [seed, colour] of colours.entries()) {
    await makeColoured(join(folder, colour), colour, 20, seed + 1);
    await makeColoured(folder, colour, 2, seed + 11);
  }
  await makeColoured(join(folder, 'red', 'wrong'), 'green', 2, 21);
  await ask('index', folder, '--backbone', network, '--labels-from', 'folders');
});

describe('before there is a head', () => {
  test('it says how to get one', async () => {
    const { code, json, stderr } = await evaluate('--json');
    expect(json).toMatchObject([{ error: { code: 'head_not_found', hint: expect.stringContaining('indexer train') } }]);
    expect(stderr).toMatch(/^error: a head must be in use, or named by --head; none is in use$/m);
    expect(code).toBe(1);
  });

  test.each([
    [['--head', '7'], 1, /^error: no head has the id 7$/m],
    [['--head', 'best'], 2, /^error: --head must be .*; got best$/m],
    [['--head', '1', '--limit', 'many'], 2, /^error: --limit must be .*; got many$/m],
    [['--backbone', 'vgg16'], 2, /^error: --backbone goes with --from-folders$/m],
    [['--space', 'vgg16'], 2, /^error: --space goes with --from-folders$/m],
    [['--from-folders', folder, '--report', 'out.html'], 2, /^error: --report does not go with --from-folders/],
    [['--from-folders', folder, '--head', '1'], 2, /^error: --head does not go with --from-folders/],
  ])('refuses %j', async (flags, exit, message) => {
    const { code, stderr } = await evaluate(...flags);
    expect(stderr).toMatch(message);
    expect(code).toBe(exit);
  });
});

const { there, why } = installed('wasm');

describe.skipIf(!there)(`a head${why}`, () => {
  beforeAll(async () => {
    await ask('train', '--seed', '7', '--folds', '3', '--lr', '.004');
  });

  test('is told of in tables', async () => {
    const { code, stdout, stderr } = await evaluate();
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^head 1 \(in use\): 3 classes; unknown below \.\d{3}$/m);
    expect(stdout).toMatch(/^held out +\d+ +\S+ +1\.000 /m);
    expect(stdout).toMatch(/^cross-validation +\d+ /m);
    expect(stdout).toMatch(/^nearest 10 vote +\d+ +\S+$/m);
    for (const colour of colours) expect(stdout).toMatch(new RegExp(`^${colour} `, 'm'));
    expect(stdout).toMatch(/^library\/red\/wrong\/green [01]\.png +red +green +/m);
    expect(stdout).toMatch(/^to label next +unsure$/m);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(code).toBe(0);
  });

  test('with --json is one object as HTTP has it', async () => {
    const { json } = await evaluate('--json', '--head', '1', '--limit', '1');
    expect(json).toMatchObject([
      {
        type: 'report',
        head: { id: 1, in_use: true, evaluation: { validation: { macro_f1: expect.any(Number) } } },
        mistakes: [{ image: { image: expect.any(String) }, p: expect.any(Number) }],
        mistake_count: expect.any(Number),
        next_to_label: [{ uncertainty: expect.any(Number) }],
      },
    ]);
  });

  test('is written as one page with its pictures; those that cannot be read have none', async () => {
    const page = join(place, 'reports', 'out.html');
    const { stdout, stderr, code } = await evaluate('--report', page);
    expect([code, stderr]).toEqual([0, `written: ${page}\n`]);
    expect(stdout).toMatch(/^head 1 /);
    const shown = elementsOf(readFileSync(page, 'utf8'));
    const faces = shown.filter(({ name }) => name === 'img');
    expect(faces.map(({ attributes }) => attributes.alt)).toContain('library/red/wrong/green 0.png');
    for (const { attributes } of faces) expect(attributes.src).toMatch(/^data:image\/jpeg;base64,\/9j\//);
    expect(shown.find(({ name }) => name === 'h1')!.text).toBe('Head 1: 3 classes');
    expect(readdirSync(join(place, 'reports'))).toEqual(['out.html']);

    rmSync(join(data, 'thumbnails'), { recursive: true });
    const bytes = readFileSync(join(folder, 'red', 'wrong', 'green 0.png'));
    rmSync(join(folder, 'red', 'wrong', 'green 0.png'));
    const again = await evaluate('--report', page);
    writeFileSync(join(folder, 'red', 'wrong', 'green 0.png'), bytes);
    expect(again.stderr).toBe(`without a thumbnail, since they cannot be read: 1 pictures\nwritten: ${page}\n`);
    const without = elementsOf(readFileSync(page, 'utf8'));
    const alts = without.filter(({ name }) => name === 'img').map(({ attributes }) => attributes.alt);
    const still = faces.map(({ attributes }) => attributes.alt).filter((alt) => !alt!.endsWith('wrong/green 0.png'));
    expect(alts).toEqual(still);
    expect(without.find(({ attributes }) => attributes.class === 'faceless')).toBeDefined();
  });

  test('gives TensorBoard a folder of its own', async () => {
    const runs = join(place, 'runs');
    for (let i = 0; i < 2; i++) {
      const { code, stderr } = await evaluate('--tensorboard', runs);
      expect([code, stderr]).toEqual([
        0,
        expect.stringMatching(/^written: .*head-1-[0-9a-f]{8} \(tensorboard --logdir /),
      ]);
    }
    const [run, ...more] = readdirSync(runs);
    expect(more).toEqual([]);
    for (const side of ['train', 'validation']) {
      expect(readdirSync(join(runs, run!, side))).toEqual([
        expect.stringMatching(/^events\.out\.tfevents\.\d{10}\.pixkin$/),
      ]);
    }
  });

  test('a page that cannot be written is a wrong argument, and leaves nothing behind', async () => {
    const { code, stderr } = await evaluate('--report', folder);
    expect(stderr).toMatch(/^error: --report must name a place that can be written; .*library: E[A-Z]+$/m);
    expect(code).toBe(2);
    expect(readdirSync(place).filter((name) => name.startsWith('library.'))).toEqual([]);
    expect(existsSync(join(place, 'library'))).toBe(true);
  });

  test('that is not in use is told of where it is named', async () => {
    await ask('heads', 'none');
    const { stderr, code } = await evaluate();
    expect(stderr).toContain('hint: --head names one (1); indexer heads use ID makes it the one in use');
    expect(code).toBe(1);
    expect((await evaluate('--head', '1')).stdout).toMatch(/^head 1: 3 classes; /);
    expect((await evaluate('--head', 'fixed-batch')).stdout).toMatch(/^head 1: 3 classes; /);
  });
});
