import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/files.ts';
import type { Classified } from '../../src/index.ts';
import { installed } from '../support/tfjs.ts';
import { colours, makeColoured } from './coloured.ts';
import { indexer, temporaryPlace } from './command-line.ts';

const place = temporaryPlace();
const data = join(place, 'data');
const library = join(place, 'library');
const fixture = (name: string) => join(packageRoot, 'test', 'fixtures', 'models', name);
const ask = (...argv: string[]) => indexer([...argv, '--data', data]);
const json = async (...argv: string[]) => (await ask(...argv, '--json')).json;
const quick = ['--seed', '7', '--folds', '0', '--steps', '60'];

const { there, why } = installed('wasm');

describe.skipIf(!there)(`a head that was trained here${why}`, () => {
  const picture = join(place, 'blue 0.png');
  const classified = async (...flags: string[]) =>
    (await json('classify', picture, ...flags))[0] as unknown as Classified;

  /** Head 1 is over one network, and the collection has moved to another, with head 2, and to its projection, with head 3. */
  beforeAll(async () => {
    for (const [seed, colour] of colours.entries()) await makeColoured(join(library, colour), colour, 12, seed + 1);
    await makeColoured(place, 'blue', 1, 9);
    await ask('index', library, '--backbone', fixture('fixed-batch'), '--labels-from', 'folders');
    await ask('train', ...quick);
    await ask('rebuild', '--backbone', fixture('picker'));
    await ask('rebuild', '--project', '2');
  });

  test('classifies a single picture, also when the collection has another space by now', async () => {
    expect((await json('heads')).map(({ id, backbone }) => [id, backbone])).toEqual([
      [3, 'picker'],
      [2, 'picker'],
      [1, 'fixed-batch'],
    ]);
    const answer = await classified('--head', '1', '--top', '2');
    expect(answer).toMatchObject({ backbone: 'fixed-batch', head: 1 });
    expect(answer.predictions).toHaveLength(2);
    expect(answer.predictions[0]!.label).toBe('blue');
  });

  test.each(['1', '2', '3'])('number %s is written with its network', async (id) => {
    const out = join(place, `onnx-${id}`);
    const { code, json: lines, stderr } = await ask('heads', 'export', id, '--format', 'onnx', '--out', out, '--json');
    expect([code, stderr]).toEqual([0, '']);
    expect(lines).toMatchObject([
      { type: 'exported', head: Number(id), format: 'onnx', folder: out, checked: { pictures: 6 }, notes: [] },
    ]);
    expect(readFileSync(join(out, 'labels.txt'), 'utf8')).toBe('blue\ngreen\nred\n');
  });

  test('what was written is a network that says the same, though it was trained on projected vectors', async () => {
    const { predictions } = await classified('--head', '3');
    const exported = await classified('--backbone', join(place, 'onnx-3'));
    expect(exported.predictions.map(({ label }) => label)).toEqual(predictions.map(({ label }) => label));
    for (const [i, { p }] of exported.predictions.entries()) expect(p).toBeCloseTo(predictions[i]!.p, 4);
  });

  test('for people it says where it lies, and how it was tried', async () => {
    const out = join(place, 'said');
    const { stdout } = await ask('heads', 'export', '1', '--format', 'onnx', '--out', out);
    expect(stdout).toMatch(
      new RegExp(`^head 1 over fixed-batch as onnx: ${out}\ntried on 6 pictures: probabilities as here, to \\S+\n$`),
    );
  });

  test('what cannot be written leaves nothing behind', async () => {
    const out = join(place, 'never');
    const tfjs = await ask('heads', 'export', '1', '--format', 'tfjs', '--out', out);
    expect([tfjs.code, tfjs.stderr]).toEqual([
      2,
      'error: --format must be onnx for fixed-batch, which is an ONNX file; got tfjs\n',
    ]);
    const missing = await ask('heads', 'export', '9', '--format', 'onnx', '--out', out, '--json');
    expect(missing.json).toMatchObject([{ error: { code: 'head_not_found' } }]);
    expect((await ask('heads', 'export', '1', '--out', out)).code).toBe(2);
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(place).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
