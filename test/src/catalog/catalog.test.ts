import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCatalog } from '../../../src/catalog/catalog.ts';
import { schemaVersion } from '../../../src/catalog/schema.ts';
import { openDatabase } from '../../../src/sqlite.ts';
import { temporaryFolder } from '../engine.ts';
import { file, openSmall, pictureFacts } from './facts.ts';

test('a catalog that is opened again is what it was', () => {
  const path = join(temporaryFolder(), 'catalog.db');
  for (const expected of [[], ['a']]) {
    const catalog = openCatalog(path);
    expect(catalog.roots.list().map((root) => root.name)).toEqual(expected);
    if (expected.length === 0) catalog.roots.add('a', '/a');
    catalog.close();
  }
  const db = openDatabase(path);
  expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: schemaVersion });
  expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  db.close();
});

test.each(['delete', 'wal'])('a catalog of a newer pixkin (in %s mode) is refused and left as it is', (mode) => {
  const path = join(temporaryFolder(), 'catalog.db');
  const db = openDatabase(path);
  db.exec(`PRAGMA journal_mode = ${mode}; CREATE TABLE later (x); PRAGMA user_version = ${schemaVersion + 1}`);
  db.close();
  const before = readFileSync(path);
  expect(() => openCatalog(path)).toThrow(
    expect.objectContaining({
      code: 'catalog_too_new',
      message: `the catalog has schema version ${schemaVersion + 1}; this pixkin knows versions up to ${schemaVersion}`,
    }),
  );
  expect(readFileSync(path).equals(before)).toBe(true);
});

test.each([
  ['another file', Buffer.from('not a database, but a text of more than a few bytes '.repeat(40))],
  ['a database whose first page is damaged', null],
])('%s in place of the catalog is catalog_damaged, and stays as it is', (_, bytes) => {
  const path = join(temporaryFolder(), 'catalog.db');
  if (bytes) writeFileSync(path, bytes);
  else {
    openCatalog(path).close();
    const whole = readFileSync(path);
    whole.fill(0xff, 100, 400);
    writeFileSync(path, whole);
  }
  const before = readFileSync(path);
  expect(() => openCatalog(path)).toThrow(
    expect.objectContaining({
      code: 'catalog_damaged',
      message: expect.stringContaining(path),
      hint: expect.any(String),
    }),
  );
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('a folder that is not there, or is a file, is data_unwritable', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  for (const name of ['missing', 'file']) {
    expect(() => openCatalog(join(folder, name, 'catalog.db'))).toThrow(
      expect.objectContaining({ code: 'data_unwritable' }),
    );
  }
});

test('a closed catalog is one file that is whole by itself', () => {
  const folder = temporaryFolder();
  const catalog = openCatalog(join(folder, 'catalog.db'));
  catalog.roots.add('a', '/a');
  catalog.close();
  copyFileSync(join(folder, 'catalog.db'), join(folder, 'copy.db'));
  const copy = openCatalog(join(folder, 'copy.db'));
  expect(copy.roots.get('a').path).toBe('/a');
  copy.close();
});

test('a transaction keeps everything or nothing', () => {
  const { catalog } = openSmall();
  expect(() =>
    catalog.transaction(() => {
      catalog.contents.insert(pictureFacts('a'));
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(catalog.contents.count()).toBe(0);
  expect(catalog.transaction(() => catalog.contents.insert(pictureFacts('a')))).toBeGreaterThan(0);
});

test('a content is purged when no image in results has had it since before the given time', () => {
  const { catalog, embeddings, put, drop } = openSmall();
  const a = put('left', 'a');
  const kept = put('left', 'b');
  const copy = put('right', 'copy of b', 'b');
  drop(a, 1000);
  drop(kept, 1000);
  expect(catalog.purge(1000, 10)).toEqual([]);
  expect(catalog.purge(1001, 10)).toEqual([{ id: a.content, sha256: pictureFacts('a').sha256 }]);
  expect(catalog.images.goneOfContent(a.content)).toEqual([]);
  expect(embeddings.has(a.content)).toBe(false);
  drop(copy, 2000);
  expect(catalog.purge(2001, 10)).toHaveLength(1);
  expect(embeddings.count()).toBe(0);
  expect(catalog.contents.count()).toBe(0);
});

test('a purge takes no more than its limit', () => {
  const { catalog, put, drop } = openSmall();
  for (const path of ['a', 'b', 'c']) drop(put('left', path), 1);
  expect(catalog.purge(2, 2)).toHaveLength(2);
  expect(catalog.purge(2, 2)).toHaveLength(1);
});

test('a content that came back into results is not purged', () => {
  const { catalog, put, drop } = openSmall();
  drop(put('left', 'a'), 1);
  put('left', 'b', 'a');
  expect(catalog.purge(1e15, 10)).toEqual([]);
});

test('ids of images and contents are not given again after a purge', () => {
  const { catalog, put, drop } = openSmall();
  const first = put('left', 'a');
  drop(first, 1);
  catalog.purge(2, 10);
  const second = put('left', 'a');
  expect(second.image).toBeGreaterThan(first.image);
  expect(second.content).toBeGreaterThan(first.content);
});

test('a failure is listed with its root, replaced by the next at its path, and deleted', () => {
  const { catalog } = openSmall();
  const left = catalog.roots.locate('left').id;
  catalog.failures.put(left, file('left', 'a.jpg'), 'corrupt', 'first');
  catalog.failures.put(left, file('left', 'a.jpg'), 'truncated', 'second');
  expect(catalog.failures.list()).toEqual([{ root: 'left', image: 'a.jpg', reason: 'truncated', message: 'second' }]);
  expect(catalog.failures.at(left, 'a.jpg')).toMatchObject({ bytes: 5, mtimeMs: 1.5 });
  expect(catalog.failures.delete(left, 'a.jpg')).toBe(true);
  expect(catalog.failures.delete(left, 'a.jpg')).toBe(false);
  expect(catalog.failures.count()).toBe(0);
});

test('the current space is remembered', () => {
  const { catalog } = openSmall();
  expect(catalog.meta.get('space')).toBeUndefined();
  catalog.meta.set('space', 'one');
  catalog.meta.set('space', 'two');
  expect(catalog.meta.get('space')).toBe('two');
});
