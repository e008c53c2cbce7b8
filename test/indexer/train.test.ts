import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/files.ts';
import { installed } from '../support/tfjs.ts';
import { colours, makeColoured } from './coloured.ts';
import { indexer, jsonLines, killWhatIsLeft, startIndexer, temporaryPlace, until } from './command-line.ts';

killWhatIsLeft();
const place = temporaryPlace();
const folder = join(place, 'library');
const data = join(place, 'data');
/** Its embedding is the picture itself, made 4 x 4. */
const network = join(packageRoot, 'test', 'fixtures', 'models', 'fixed-batch');
const ask = (...argv: string[]) => indexer([...argv, '--data', data]);
const json = async (...argv: string[]) => (await ask(...argv, '--json')).json;
const index = (...flags: string[]) => ask('index', folder, '--backbone', network, ...flags);

/** Pictures of three colours in folders that say so, and two of each beside them. */
beforeAll(async () => {
  for (const [seed, colour] of colours.entries()) {
    await makeColoured(join(folder, colour), colour, 20, seed + 1);
    await makeColoured(folder, colour, 2, seed + 11);
  }
  await index();
});

describe('before there are labels', () => {
  test('train says what is lacking', async () => {
    const { code, stderr, json } = await ask('train', '--json');
    expect(json).toMatchObject([{ type: 'error', error: { code: 'training_data_invalid' } }]);
    expect(stderr).toMatch(/^error: .*label/);
    expect(code).toBe(1);
  });

  test('heads says how to get one, and each command that there is none', async () => {
    expect((await ask('heads')).stdout).toBe('no head yet: indexer train makes one from the labels\n');
    expect((await ask('heads', 'none')).stdout).toBe('no head was in use\n');
    for (const command of ['show', 'use', 'delete']) {
      expect((await json('heads', command, '7'))[0]).toMatchObject({ error: { code: 'head_not_found' } });
      const { code, stderr } = await ask('heads', command, 'best');
      expect(code).toBe(2);
      expect(stderr).toBe(
        'error: ID must be the number of a head, or the name of its run; got best\nhint: indexer heads list tells them\n',
      );
    }
  });
});

const { there, why } = installed('wasm');

describe.skipIf(!there)(`a head${why}`, () => {
  const quick = ['--seed', '7', '--folds', '2', '--lr', '.004'];

  beforeAll(async () => {
    await index('--labels-from', 'folders');
  });

  test('is trained with a line for each look, and told of in the last', async () => {
    expect((await ask('status')).stdout).toContain('no head is in use (indexer train makes one');
    const { code, json: lines, stderr } = await ask('train', '--json', '--quiet', ...quick);
    expect([code, stderr]).toEqual([0, '']);
    const looks = lines.filter(({ type }) => type === 'training');
    expect(looks.length).toBeGreaterThan(2);
    expect(looks[0]).toMatchObject({ phase: 'fit', fold: null, epoch: 1, val_loss: expect.any(Number) });
    expect(lines.at(-1)).toMatchObject({
      ...{ type: 'head', id: 1, labels: ['blue', 'green', 'red'], in_use: true },
      options: { seed: 7, folds: 2, lr: 0.004, arch: 'linear' },
    });
    expect(lines.at(-1)!.accuracy).toBeGreaterThan(0.8);
  });

  test('names the pictures without a label, which a search shows and goes by', async () => {
    const { stdout } = await ask('similar', 'red 0.png', '-k', '64', '--include-self');
    expect(stdout).toMatch(/^1\.0000 {2}library {2}red 0\.png {2}\[red \d+ %\]$/m);
    expect(stdout).toMatch(/ {2}library {2}red\/red 3\.png {2}\[red\]$/m);
    const predicted = await json('similar', 'red 0.png', '--label', 'red', '--label-source', 'predicted');
    expect((predicted[0]!.results as { image: string }[]).map(({ image }) => image)).toEqual(['red 1.png']);
    await ask('label', 'set', 'red 1.png', 'blue');
    const disagreeing = / {2}library {2}red 1\.png {2}\[blue; predicted: red \d+ %\]$/m;
    expect((await ask('similar', 'red 0.png', '--label', 'blue', '-k', '64')).stdout).toMatch(disagreeing);
    await ask('label', 'unset', 'red 1.png');
    const { head } = (await json('status'))[0] as { head: Record<string, number> };
    expect(head).toMatchObject({ id: 1, labels: 3 });
    expect(head.predicted! + head.unknown!).toBe(66);
  });

  test('is shown with what it is good at', async () => {
    const { stdout, code } = await ask('heads', 'show', '1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^head 1: linear, 3 labels, space [0-9a-f]+ \(fixed-batch\)$/m);
    expect(stdout).toMatch(/^trained on 48 pictures, .* 12 held-out ones$/m);
    expect(stdout).toMatch(/^accuracy +(\.\d{3}|1\.000) +(\.\d{3}|1\.000)$/m);
    expect(stdout).toMatch(/^in use: it names \d+ contents; unknown: \d+$/m);
    expect(stdout).toMatch(/^options: holdout 0\.2, folds 2, seed 7, arch linear, .*, lr-decay cosine, /m);
    expect(stdout).toMatch(/^label +precision +recall +F1 +given +predicted$/m);
    for (const colour of colours) expect(stdout).toMatch(new RegExp(`^${colour} +\\S+ +\\S+ +\\S+ +4 +\\d$`, 'm'));
    const [head] = await json('heads', 'show', '1');
    expect(head).toMatchObject({ id: 1, evaluation: { pictures: { train: 48, validation: 12, test: 0 } } });
  });

  test('of another kind may stay out of use, and is chosen later', async () => {
    const { stdout, stderr, code } = await ask('train', '--no-use', '--hidden', '8', '--steps', '20', ...quick);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^head 2: mlp with 8 units, 3 labels/);
    expect(stdout).toMatch(/^not in use: indexer heads use 2$/m);
    expect(stderr).not.toContain('next:');
    expect((await json('heads')).map(({ id, in_use }) => [id, in_use])).toEqual([
      [2, false],
      [1, true],
    ]);
    expect((await ask('heads', 'use', '2')).stdout).toMatch(/^head 2, in use: it names \d+ contents/);
    expect((await ask('heads', 'list')).stdout).toMatch(
      /^2 {2}\S+ \S+ {2}3 labels {2}60 pictures {2}accuracy \S+ +space \S+ \(fixed-batch\) {2}in use\n1 /,
    );
    expect((await ask('heads', 'none')).stdout).toBe('head 2 is not in use any more: nothing is predicted\n');
    expect((await json('status'))[0]).toMatchObject({ head: null });
    expect((await json('heads', 'delete', '2', '1')).map(({ type, id }) => [type, id])).toEqual([
      ['head_deleted', 2],
      ['head_deleted', 1],
    ]);
  });

  test('leads on to what can be done with it', async () => {
    const { stdout, stderr } = await ask('train', ...quick);
    expect(stdout).toMatch(/^in use: it names/m);
    expect(stderr).toContain('next: indexer evaluate --report out.html; indexer similar IMAGE --label blue\n');
  });

  test.each([
    [['--holdout', '2'], '--holdout must be 0 to 0.9; got 2'],
    [['--weight-decay', '-1'], '--weight-decay must be 0 to 10; got -1'],
    [['--eval-every', '0.5'], '--eval-every must be a whole number, 1 to 10000000; got 0.5'],
    [['--arch', 'linear', '--hidden', '8'], '--hidden needs arch mlp: a linear head has no hidden layer; got 8'],
  ])('is not trained with %j', async (flags, message) => {
    const { code, stderr } = await ask('train', ...flags);
    expect([code, stderr]).toEqual([2, `error: ${message}\n`]);
  });

  test('that is not done when Ctrl-C comes goes on with the same command', async () => {
    const endless = ['train', '--epochs', '10000', '--patience', '0', '--folds', '0', '--data', data, '--json'];
    const command = startIndexer(endless);
    await until(() => command.stdout().includes('"training"'), command.stderr);
    command.child.kill('SIGINT');
    expect(await command.ended).toBe(130);
    expect(command.stderr()).toMatch(/^cancelled; the same command goes on where it stopped$/m);
    expect(jsonLines(command.stdout()).at(-1)).toMatchObject({ type: 'error', error: { code: 'cancelled' } });
    expect((await json('heads')).map(({ id }) => id)).toEqual([3]);
  });
});
