import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { decodePicture } from '../../src/image/index.ts';
import { furtherClasses, makeSmall, makeTiles, smallClasses, tileClasses } from './made-pictures.ts';

const home = mkdtempSync(join(tmpdir(), 'pixkin-made-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Files of a folder with their bytes, by their paths. */
function contents(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path).toString('base64')]));
}

test('tiles: a folder for each part and class, with its count of pictures of the size', async () => {
  const folder = join(home, 'tiles');
  await makeTiles(folder, { perClass: 3, seed: 1 });
  const made = contents(folder);
  expect([...made.keys()]).toEqual([
    ...tileClasses.flatMap((name) => [0, 1, 2].map((i) => `train/${name}/00${i}.png`)),
    ...tileClasses.flatMap((name) => [0, 1].map((i) => `validation/${name}/00${i}.png`)),
  ]);
  expect(new Set(made.values()).size).toBe(made.size);
  const { pixels } = await decodePicture(Buffer.from(made.get('train/river/002.png')!, 'base64'));
  expect([pixels.width, pixels.height]).toEqual([64, 64]);
});

test('small pictures: ten classes, and two further ones of another size', async () => {
  const folder = join(home, 'small');
  await makeSmall(folder, { perClass: 1, validation: 0, seed: 1 });
  expect([...contents(folder).keys()]).toEqual([...smallClasses].sort().map((name) => `train/${name}/000.png`));
  expect([smallClasses.length, furtherClasses.length]).toEqual([10, 2]);

  const further = join(home, 'further');
  await makeSmall(further, { perClass: 1, validation: 0, seed: 1, size: 48, classes: furtherClasses });
  const made = contents(further);
  expect([...made.keys()]).toEqual([...furtherClasses].sort().map((name) => `train/${name}/000.png`));
  for (const text of made.values()) {
    const { pixels } = await decodePicture(Buffer.from(text, 'base64'));
    expect([pixels.width, pixels.height]).toEqual([48, 48]);
  }
});

test.each([
  ['tiles', makeTiles],
  ['small pictures', makeSmall],
] as const)('%s: a seed decides every byte, and another gives others', async (name, make) => {
  const folders = [7, 7, 8].map((_, i) => join(home, `${name} ${i}`));
  for (const [i, seed] of [7, 7, 8].entries()) await make(folders[i]!, { perClass: 2, validation: 1, seed });
  const [first, again, other] = folders.map(contents);
  expect(again).toEqual(first);
  for (const [path, bytes] of other!) expect(bytes).not.toBe(first!.get(path));
});

test('more pictures of a class leave the first ones as they were', async () => {
  const [few, many] = [join(home, 'few'), join(home, 'many')];
  await makeTiles(few, { perClass: 1, validation: 1, seed: 3 });
  await makeTiles(many, { perClass: 2, validation: 2, seed: 3 });
  const more = contents(many);
  for (const [path, bytes] of contents(few)) expect(more.get(path)).toBe(bytes);
});

test('a class that is not there is named', async () => {
  await expect(makeSmall(join(home, 'none'), { perClass: 1, seed: 1, classes: ['disc', 'cube'] })).rejects.toThrow(
    /^class must be one of disc, .*ess; got cube$/,
  );
});
