import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodePicture } from '../../src/image/index.ts';
import { tinyConfig, writeTiny } from '../src/tuning/tiny.ts';
import { installed } from '../support/tfjs.ts';
import { colours, makeColoured } from './coloured.ts';
import { indexer, jsonLines, killWhatIsLeft, startIndexer, temporaryPlace, until } from './command-line.ts';

killWhatIsLeft();
const place = temporaryPlace();
const folder = join(place, 'library');
const data = join(place, 'data');
const ask = (...argv: string[]) => indexer([...argv, '--data', data]);
const json = async (...argv: string[]) => (await ask(...argv, '--json')).json;
/** Over in a few seconds. */
const passes = ['--epochs', '6', '--tune-epochs', '60', '--patience', '0', '--batch', '8', '--lr', '.05'];
const tune = ['--fine-tune', 'last:4', '--run', 'colours', '--tfjs', 'wasm', '--checkpoint-every', '1', ...passes];

/** Pictures of three colours in folders that say so, and two of each beside them. */
beforeAll(async () => {
  for (const [seed, colour] of colours.entries()) {
    await makeColoured(join(folder, colour), colour, 10, seed + 1);
    await makeColoured(folder, colour, 2, seed + 11);
  }
  await writeTiny(data, { config: tinyConfig({ edge: 12 }) });
  await ask('index', folder, '--backbone', 'tiny');
});

test('before there are labels no augmentation is shown, and nothing tuned', async () => {
  for (const flags of [['--show-augmentation', join(place, 'out.png'), '--augment', 'flip'], tune]) {
    const { code, stderr } = await ask('train', ...flags);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: .*label/)]);
  }
  await ask('index', folder, '--labels-from', 'folders');
});

describe('the augmentation', () => {
  const png = join(place, 'sheets', 'out.png');

  test('is shown on labelled pictures, and nothing is trained', async () => {
    const { code, stdout } = await ask('train', '--show-augmentation', png, '--augment', 'rotation=20,zoom=.2');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^written: .*out\.png: .* as tiny takes it \(12 x 12\), itself and seven variations\n1 {2}blue/,
    );
    const { pixels } = await decodePicture(readFileSync(png));
    expect([pixels.width, pixels.height]).toEqual([8 * 16 - 4, 6 * 16 - 4]);
    expect(existsSync(join(data, 'runs'))).toBe(false);
    const [said] = await json('train', '--show-augmentation', png, '--augment', 'flip', '--size', '20x16');
    expect(said).toMatchObject({
      type: 'augmentation',
      file: png,
      width: 20,
      height: 16,
      augment: { flip: 'horizontal' },
    });
    const pictures = said!.pictures as { label: string }[];
    expect(pictures.map(({ label }) => label)).toEqual(['blue', 'blue', 'green', 'green', 'red', 'red']);
  });

  test.each([
    [['--show-augmentation', png], '--show-augmentation goes with an --augment that varies pictures'],
    [['--fine-tune', 'all', '--augment', 'zoom=2'], '--augment: zoom must be 0 to 0.9 (a part of the size); got 2'],
  ])('is refused: %j', async (flags, message) => {
    const { code, stderr } = await ask('train', ...flags);
    expect([code, stderr]).toEqual([2, `error: ${message}\n`]);
  });
});

const { there, why } = installed('wasm');

describe.skipIf(!there)(`a network that is tuned${why}`, () => {
  test.each([
    [['--fine-tune', 'last:99'], /^error: --fine-tune last:N must have an N of 1 to 16, .*; got 99$/m],
    [['--fine-tune', 'all', '--run', 'a b'], /^error: a run's name must be .*; got 'a b'$/m],
    [
      ['--train-from-scratch', '--tune-epochs', '3'],
      /^error: --tune-epochs and --train-from-scratch exclude each other/,
    ],
  ])('is not with %j', async (flags, message) => {
    const { code, stderr } = await ask('train', ...flags);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  test('is interrupted by Ctrl-C, and the same command goes on where it stopped', async () => {
    const command = startIndexer(['train', ...tune, '--data', data, '--json']);
    const isTuning = () => command.stdout().includes('"phase":"tune"');
    await until(() => isTuning() || command.child.exitCode !== null, command.stderr);
    command.child.kill('SIGINT');
    expect(await command.ended).toBe(130);
    expect(command.stderr()).toMatch(/trains on wasm, several times slower/);
    expect(command.stderr()).toMatch(/^cancelled; the same command goes on where it stopped$/m);
    const looks = jsonLines(command.stdout()).filter(({ type }) => type === 'training');
    expect(looks[0]).toMatchObject({ phase: 'head', epoch: 1, epochs: 6 });

    const lines = await json('train', ...tune);
    const further = lines.filter(({ type }) => type === 'training');
    expect(further[0]).toMatchObject({ phase: 'tune' });
    expect(further[0]!.step).toBeGreaterThan(looks.find(({ phase }) => phase === 'tune')!.step as number);
    expect(lines.at(-1)).toMatchObject({ type: 'head', id: 1, tuning: { run: 'colours' }, in_use: false });
  });

  test('is told of with what that changed, also by the same command again', async () => {
    const { code, stdout, stderr } = await ask('train', ...tune);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^head 1: linear, 3 labels, space [0-9a-f]+ \(colours\)$/m);
    expect(stdout).toMatch(/^trained with it: the layers last:4$/m);
    expect(stdout).toMatch(/^on the held-out pictures +before +after$/m);
    expect(stdout).toMatch(/^accuracy +(\.\d{3}|1\.000) +(\.\d{3}|1\.000)$/m);
    expect(stdout).toMatch(/^of the nearest ten, same label +(\.\d{3}|1\.000) +(\.\d{3}|1\.000)$/m);
    expect(stdout).toContain(`network colours: ${join(data, 'models', 'colours')}`);
    expect(stdout).toMatch(/^not in use: its space \S+ is not the current one$/m);
    expect(stderr).toMatch(/^next: indexer rebuild --backbone colours, and this head is in use\n$/m);
    expect(existsSync(join(data, 'models', 'colours', 'model.json'))).toBe(true);
  });

  test('is shown with its head', async () => {
    const { stdout } = await ask('heads', 'show', '1');
    expect(stdout).toMatch(/^options: .*, batch 8, .*fine-tune last:4, from-scratch false, tune-epochs 60, /m);
    expect(stdout).toMatch(/^on the held-out pictures +before +after$/m);
    const { comparison } = (await json('heads', 'show', '1'))[0]!.tuning as { comparison: object };
    const numbers = { before: expect.any(Number), after: expect.any(Number) };
    expect(comparison).toEqual({ accuracy: numbers, precision_at_10: numbers });
  });

  test('becomes that of the collection, with its head in use', async () => {
    const { code, stderr } = await ask('rebuild', '--backbone', 'colours');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^head 1 is in use/m);
    const [status] = await json('status');
    expect(status).toMatchObject({ backbone: 'colours', head: { id: 1, labels: 3 } });
    const { predicted, unknown } = status!.head as { predicted: number; unknown: number };
    expect(predicted + unknown).toBe(36);
    expect(predicted).toBeGreaterThan(0);
    const { stdout } = await ask('similar', 'red 0.png', '-k', '36', '--include-self');
    expect(stdout).toMatch(/ {2}library {2}(red|green|blue) [01]\.png {2}\[(red|green|blue) \d+ %\]$/m);
    expect((await ask('heads', 'show', '1')).stdout).toMatch(/^in use: it names \d+ contents/m);
  });

  test('or trained from scratch has nothing that it was before', async () => {
    const flags = ['--backbone', 'small-cnn', '--size', '16', '--steps', '6', '--tfjs', 'wasm'];
    const { code, stdout } = await ask('train', '--train-from-scratch', ...flags);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^head 2: linear, 3 labels, space [0-9a-f]+ \(small-cnn-tuned\)$/m);
    expect(stdout).toMatch(/^trained with it: all layers, from random numbers$/m);
    expect(stdout).toMatch(/^accuracy +- +(\.\d{3}|1\.000)$/m);
  });
});
