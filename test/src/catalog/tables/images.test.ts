import { expect, test } from 'vitest';
import { file, openSmall, pictureFacts } from '../facts.ts';

test('an image is a record with the facts of its content', () => {
  const { catalog, put } = openSmall();
  const { image, content } = put('left', 'cats/a.png', 'tiger');
  expect(catalog.images.byId(image)).toEqual({
    ...{ id: image, contentId: content, content: pictureFacts('tiger').sha256 },
    ...{ root: 'left', image: 'cats/a.png', bytes: 5, kind: 'png', width: 40, height: 30 },
    ...{
      takenAt: '2024-05-01T13:37:00',
      phash: pictureFacts('tiger').phash,
      offline: false,
      label: null,
      prediction: null,
    },
  });
});

test('a path is found in whichever Unicode form it is asked for', () => {
  const { catalog, put } = openSmall();
  const nfd = 'fotos/Ma\u0308dchen.jpg';
  const { image } = put('left', nfd);
  for (const path of [nfd, nfd.normalize('NFC'), 'M\u00e4dchen.jpg', 'Ma\u0308dchen.jpg']) {
    expect(catalog.images.find({ image: path })).toMatchObject({ id: image, image: nfd });
    expect(catalog.images.find({ image: path, root: 'left' }).id).toBe(image);
  }
});

test('two names that differ in their Unicode form only are told apart by the exact one', () => {
  const { catalog, put } = openSmall();
  const nfd = put('left', 'a\u0308.jpg');
  const nfc = put('left', '\u00e4.jpg');
  expect(catalog.images.find({ image: 'a\u0308.jpg' }).id).toBe(nfd.image);
  expect(catalog.images.find({ image: '\u00e4.jpg' }).id).toBe(nfc.image);
});

test('a bare file name addresses an image where it is unique; a path goes before it', () => {
  const { catalog, put } = openSmall();
  const deep = put('left', 'cats/deep/tiger.jpg');
  expect(catalog.images.find({ image: 'tiger.jpg' }).id).toBe(deep.image);
  const flat = put('right', 'tiger.jpg');
  expect(catalog.images.find({ image: 'tiger.jpg' }).id).toBe(flat.image);
  expect(catalog.images.find({ image: 'tiger.jpg', root: 'left' }).id).toBe(deep.image);
  expect(() => catalog.images.find({ image: 'deep/tiger.jpg' })).toThrow(
    expect.objectContaining({ code: 'image_not_found' }),
  );
});

test('the same path in two roots is ambiguous, and the message says which they are', () => {
  const { catalog, put } = openSmall();
  const left = put('left', 'a.jpg');
  put('right', 'a.jpg');
  expect(() => catalog.images.find({ image: 'a.jpg' })).toThrow(
    expect.objectContaining({
      code: 'ambiguous_image',
      message: '"a.jpg" names more than one image: left: a.jpg, right: a.jpg',
    }),
  );
  expect(catalog.images.find({ image: 'a.jpg', root: 'left' }).id).toBe(left.image);
});

test('a bare name of several images is ambiguous', () => {
  const { catalog, put } = openSmall();
  put('left', 'x/a.jpg');
  put('left', 'y/a.jpg');
  expect(() => catalog.images.find({ image: 'a.jpg' })).toThrow(
    expect.objectContaining({ code: 'ambiguous_image', message: expect.stringContaining('left: y/a.jpg') }),
  );
});

test('what is not there is not found, by id and by path', () => {
  const { catalog, put, drop } = openSmall();
  const a = put('left', 'a.jpg');
  drop(a);
  expect(() => catalog.images.find({ id: a.image })).toThrow(`no image has the id ${a.image}`);
  expect(() => catalog.images.find({ image: 'a.jpg' })).toThrow('no image "a.jpg" is indexed');
  expect(() => catalog.images.find({ image: 'a.jpg', root: 'left' })).toThrow('no image "a.jpg" in root "left" is');
});

test('a moved image keeps its id, takes the new path, and is in results again', () => {
  const { catalog, put, drop } = openSmall();
  const a = put('left', 'a.jpg');
  drop(a);
  catalog.images.move(a.image, catalog.roots.locate('right').id, { ...file('right', 'b/c.jpg'), mtimeMs: 2.25 });
  expect(catalog.images.find({ image: 'c.jpg' })).toMatchObject({ id: a.image, root: 'right', image: 'b/c.jpg' });
  expect(catalog.images.known(catalog.roots.locate('right').id)).toEqual(
    new Map([['b/c.jpg', { bytes: 5, mtimeMs: 2.25, failed: false }]]),
  );
  expect(catalog.images.known(catalog.roots.locate('left').id).size).toBe(0);
});

test('a path may be used again after its image has gone', () => {
  const { catalog, put, drop } = openSmall();
  const a = put('left', 'a.jpg', 'one');
  drop(a);
  const b = put('left', 'a.jpg', 'two');
  expect(catalog.images.at('left', 'a.jpg')?.id).toBe(b.image);
  expect(() => put('left', 'a.jpg', 'three')).toThrow(/UNIQUE/);
});

test('pages go by id, in all roots or one', () => {
  const { catalog, put } = openSmall();
  const ids = ['left', 'right', 'left', 'right'].map((root, i) => put(root, `${i}.jpg`).image);
  expect(catalog.images.page({ after: 0, limit: 3 }).map((i) => i.id)).toEqual(ids.slice(0, 3));
  expect(catalog.images.page({ after: ids[2]!, limit: 3 }).map((i) => i.id)).toEqual(ids.slice(3));
  expect(catalog.images.page({ after: 0, limit: 9, root: 'right' }).map((i) => i.id)).toEqual([ids[1], ids[3]]);
});

test('of images that have gone, the latest comes first', () => {
  const { catalog, put, drop } = openSmall();
  const [early, late] = ['a', 'b'].map((path) => put('left', path, 'same'));
  drop(early!, 1);
  drop(late!, 2);
  expect(catalog.images.goneOfContent(early!.content).map((row) => row.id)).toEqual([late!.image, early!.image]);
});
