import { expect, test } from 'vitest';
import { openSmall } from '../facts.ts';

test.each([
  ['tiger.jpg', null],
  ['tigers/1.jpg', { split: null, folder: 'tigers' }],
  ['tigers/more/1.jpg', { split: null, folder: 'tigers' }],
  ['train/tigers/1.jpg', { split: 'train', folder: 'tigers' }],
  ['Training/tigers/more/1.jpg', { split: 'train', folder: 'tigers' }],
  ['validation/tigers/1.jpg', { split: 'validation', folder: 'tigers' }],
  ['valid/tigers/1.jpg', { split: 'validation', folder: 'tigers' }],
  ['VAL/tigers/1.jpg', { split: 'validation', folder: 'tigers' }],
  ['test/tigers/1.jpg', { split: 'test', folder: 'tigers' }],
  ['testing/tigers/1.jpg', { split: 'test', folder: 'tigers' }],
  ['test/1.jpg', null],
  ['trains/1.jpg', { split: null, folder: 'trains' }],
  ['Lo\u0308wen/1.jpg', { split: null, folder: 'L\u00f6wen' }],
])('the folders of %s say %j', (path, said) => {
  const { catalog, put } = openSmall();
  const { image, content } = put('left', path);
  expect(catalog.folderLabels.ofImage(image)).toEqual(said);
  expect([...catalog.folderLabels.of(content)]).toEqual(said ? [said] : []);
});

test('what the folders of many copies say comes once, without those that have gone', () => {
  const { catalog, put, drop } = openSmall();
  const copies = ['b', 'a', 'train/b', 'a', 'b'].map((folder, i) => put('left', `${folder}/${i}.jpg`, 'same'));
  const { content } = put('right', 'a/0.jpg', 'same');
  const said = () => [...catalog.folderLabels.of(content)].map(({ split, folder }) => `${split}/${folder}`);
  expect(said()).toEqual(['null/a', 'null/b', 'train/b']);
  drop(copies[2]!);
  expect(said()).toEqual(['null/a', 'null/b']);
  expect(catalog.folderLabels.rootOf(content, { split: null, folder: 'a' })).toBe('left');
  for (const one of [copies[1]!, copies[3]!]) drop(one);
  expect(catalog.folderLabels.rootOf(content, { split: null, folder: 'a' })).toBe('right');
});

test('a moved image says what its new folders say', () => {
  const { catalog, put } = openSmall();
  const { image, content } = put('left', 'a/1.jpg');
  catalog.images.move(image, catalog.roots.locate('right').id, {
    root: 'right',
    path: 'b/1.jpg',
    bytes: 5,
    mtimeMs: 2,
  });
  expect([...catalog.folderLabels.of(content)]).toEqual([{ split: null, folder: 'b' }]);
});

test('contents are listed in slices, without those that no folder says anything of', () => {
  const { catalog, put, drop } = openSmall();
  const [a, , c, d] = ['a/1.jpg', '2.jpg', 'a/3.jpg', 'a/4.jpg'].map((path) => put('left', path));
  drop(d!);
  expect(catalog.folderLabels.contents(0, 1)).toEqual([a!.content]);
  expect(catalog.folderLabels.contents(a!.content, 10)).toEqual([c!.content]);
});
