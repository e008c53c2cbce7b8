import { expect, test } from 'vitest';
import { file, openSmall } from '../facts.ts';

test('a root is listed by name, with the images in its results', () => {
  const { catalog, put, drop } = openSmall();
  put('left', 'a');
  drop(put('left', 'b'));
  expect(catalog.roots.list()).toEqual([
    { name: 'left', path: '/pictures/left', state: 'sweeping', images: 1, held: 0 },
    { name: 'right', path: '/pictures/right', state: 'sweeping', images: 0, held: 0 },
  ]);
});

test.each([
  ['left', '/elsewhere', 'a root is named "left" already'],
  ['new', '/pictures/left', 'the folder /pictures/left is followed already, as root "left"'],
  ['new', '/pictures/left/', 'the folder /pictures/left/ is followed already, as root "left"'],
  ['new', '/pictures/left/cats', 'the folder /pictures/left/cats lies in root "left" (/pictures/left)'],
  ['new', '/pictures', 'root "left" (/pictures/left) lies in the folder /pictures'],
  ['new', '/', 'root "left" (/pictures/left) lies in the folder /'],
])('a root "%s" at %s is refused', (name, path, message) => {
  const { catalog } = openSmall();
  expect(() => catalog.roots.add(name, path)).toThrow(expect.objectContaining({ code: 'root_exists', message }));
  expect(catalog.roots.list()).toHaveLength(2);
});

test('a folder whose name begins like a root is none of its folders', () => {
  const { catalog } = openSmall();
  expect(catalog.roots.add('leftover', '/pictures/leftover').path).toBe('/pictures/leftover');
});

test('a renamed root keeps its images and their ids', () => {
  const { catalog, put } = openSmall();
  const { image } = put('left', 'a.jpg');
  expect(catalog.roots.rename('left', 'photos')).toMatchObject({ name: 'photos', images: 1 });
  expect(catalog.images.byId(image)).toMatchObject({ root: 'photos', image: 'a.jpg' });
  expect(catalog.roots.rename('photos', 'photos').name).toBe('photos');
  expect(() => catalog.roots.rename('photos', 'right')).toThrow(expect.objectContaining({ code: 'root_exists' }));
  expect(() => catalog.roots.rename('photos', '')).toThrow(expect.objectContaining({ code: 'invalid_request' }));
});

test('a relocated root keeps its images, also within its old folder, but not into another root', () => {
  const { catalog, put } = openSmall();
  put('left', 'a.jpg');
  expect(catalog.roots.relocate('left', '/disk/left')).toMatchObject({ path: '/disk/left', images: 1 });
  expect(catalog.roots.relocate('left', '/disk/left/deeper').path).toBe('/disk/left/deeper');
  expect(() => catalog.roots.relocate('left', '/pictures/right/x')).toThrow(
    expect.objectContaining({ code: 'root_exists' }),
  );
});

test('a removed root takes its images and failures out; embeddings stay for the grace time, but where a copy is left', () => {
  const { catalog, embeddings, put } = openSmall();
  const a = put('left', 'a');
  const both = put('left', 'b');
  put('right', 'b');
  catalog.failures.put(catalog.roots.locate('left').id, file('left', 'c'), 'corrupt', '');
  catalog.roots.remove('left');
  expect(catalog.images.count()).toBe(1);
  expect(catalog.failures.count()).toBe(0);
  expect(embeddings.count()).toBe(2);
  expect(catalog.contents.unusedBefore(Date.now() + 1000, 10).map((c) => c.id)).toEqual([a.content]);
  expect(embeddings.has(both.content)).toBe(true);
  expect(catalog.roots.add('left', '/pictures/left').images).toBe(0);
});

test('an offline root marks its images', () => {
  const { catalog, put } = openSmall();
  const { image } = put('left', 'a');
  catalog.roots.setState('left', 'offline');
  expect(catalog.images.byId(image)?.offline).toBe(true);
  catalog.roots.setState('left', 'held', 7);
  expect(catalog.roots.get('left')).toMatchObject({ state: 'held', held: 7 });
  expect(catalog.images.byId(image)?.offline).toBe(false);
});

test('a name that no root has is root_not_found, and the hint says which there are', () => {
  const { roots } = openSmall().catalog;
  const expected = expect.objectContaining({
    code: 'root_not_found',
    message: 'no root is named "up"',
    hint: 'there are: left, right',
  });
  for (const attempt of [
    () => roots.get('up'),
    () => roots.locate('up'),
    () => roots.rename('up', 'down'),
    () => roots.relocate('up', '/x'),
    () => roots.remove('up'),
    () => roots.setState('up', 'online'),
  ]) {
    expect(attempt).toThrow(expected);
  }
});
