import { expect, test } from 'vitest';
import { createRules, extension } from '../../../indexer/follow/ignore.ts';

test('a picture is known by its ending, in upper and lower case', () => {
  const { takes } = createRules('/photos');
  for (const ending of 'jpg jpeg jpe jfif png webp gif tif tiff avif bmp heic heif JPG Png'.split(' ')) {
    expect([ending, takes(`a.${ending}`)]).toEqual([ending, true]);
  }
  for (const name of ['a.svg', 'a.pdf', 'a.cr2', 'a', 'a.jpg.txt', 'jpg'])
    expect([name, takes(name)]).toEqual([name, false]);
});

test('with all files everything is a picture until it is read, but hidden things stay hidden', () => {
  const { takes } = createRules('/photos', { allFiles: true });
  expect([takes('a'), takes('a.txt'), takes('.a'), takes('.git/a')]).toEqual([true, true, false, false]);
});

test('dot files, dot folders, @eaDir and node_modules are left out at any depth', () => {
  const { takes } = createRules('/home/me/.cache/node_modules/photos');
  expect(takes('a/b.jpg')).toBe(true);
  for (const path of ['.a.jpg', 'x/.b.jpg', '.x/a.jpg', 'a/.x/b.jpg', '@eaDir/a.jpg', 'a/node_modules/b.jpg']) {
    expect([path, takes(path)]).toEqual([path, false]);
  }
});

test('a glob without a slash matches names at any depth, one with a slash the path from the root', () => {
  const rules = createRules('/photos', { exclude: ['*.gif', 'private', 'raw/*', './out/', '**/tmp-*/**'] });
  for (const path of [
    'a.gif',
    'x/a.gif',
    'private/a.jpg',
    'x/private/a.jpg',
    'raw/a.jpg',
    'out/a.jpg',
    'x/tmp-1/a.jpg',
  ]) {
    expect([path, rules.takes(path)]).toEqual([path, false]);
  }
  for (const path of ['a.jpg', 'x/raw/a.jpg', 'privately/a.jpg', 'x/out/b.jpg']) {
    expect([path, rules.takes(path)]).toEqual([path, true]);
  }
  expect(rules.file('a.gif')).toBe('hidden');
  expect(rules.file('a.txt')).toBe('other');
});

test('the data folder is left out where it lies in the root', () => {
  expect(createRules('/photos', { dataFolder: '/photos/lib/data' }).takes('lib/data/a.jpg')).toBe(false);
  expect(createRules('/photos', { dataFolder: '/photos/lib/data' }).takes('lib/data2/a.jpg')).toBe(true);
  expect(createRules('/photos', { dataFolder: '/elsewhere' }).takes('a.jpg')).toBe(true);
  expect(createRules('/data/photos', { dataFolder: '/data' }).takes('a.jpg')).toBe(true);
});

test('the extension is what follows the last dot of the name', () => {
  expect(['a.JPG', 'a.b/c', 'x/.hidden', 'a.tar.gz'].map(extension)).toEqual(['jpg', '', '', 'gz']);
});
