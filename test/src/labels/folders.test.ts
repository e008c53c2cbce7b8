import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { labelFromFolders } from '../../../src/labels/folders.ts';
import { openSmall } from '../catalog/facts.ts';
import { type Engine, openEngine, temporaryFolder } from '../engine.ts';
import { picture } from '../fake-workers.ts';

const open = () => openEngine({ labelsFromFolders: true });
const labelOf = (e: Engine, image: string) => e.collection.image({ image }).label;
const stateOf = (e: Engine, image: string) => e.collection.labels.get(e.collection.image({ image }).id);
const tiger = picture([1, 0], 'tiger');
const conflicts = (e: Engine) =>
  e.collection.labels.conflicts().map(({ kind, images }) => [kind, ...images.map(({ image }) => image)]);

describe('when a picture is read', () => {
  test('its first folder is its label, or the second below a split', async () => {
    const e = await open();
    await e.add('cats/tigers/1.jpg', tiger);
    await e.add('validation/dogs/2.jpg', picture([2, 0]));
    await e.add('3.jpg', picture([3, 0]));
    expect(stateOf(e, 'cats/tigers/1.jpg').now).toEqual({
      ...{ label: 'cats', split: null, origin: 'folder:pictures', at: expect.any(Number) },
    });
    expect(stateOf(e, 'validation/dogs/2.jpg').now).toMatchObject({ label: 'dogs', split: 'validation' });
    expect(stateOf(e, '3.jpg')).toEqual({ now: null, changes: [] });
    expect(labelOf(e, '3.jpg')).toBeNull();
  });

  test('a moved one has the label of its new folder, and none outside of folders', async () => {
    const e = await open();
    await e.add('cats/1.jpg', tiger);
    for (const [from, to, label] of [
      ['cats/1.jpg', 'train/tigers/1.jpg', 'tigers'],
      ['train/tigers/1.jpg', '1.jpg', null],
      ['1.jpg', 'dogs/1.jpg', 'dogs'],
    ] as const) {
      e.write(to, tiger);
      e.remove(from);
      await e.ingest(to);
      expect(labelOf(e, to)).toBe(label);
    }
    expect(stateOf(e, 'dogs/1.jpg').changes.map(({ before, label }) => [before.label, label])).toEqual([
      [null, 'cats'],
      ['cats', 'tigers'],
      ['tigers', null],
      [null, 'dogs'],
    ]);
  });

  test('what a person said holds, wherever it is moved, and also that it has none', async () => {
    const e = await open();
    await e.add('cats/1.jpg', tiger);
    const { id } = e.collection.image({ image: 'cats/1.jpg' });
    for (const [i, label] of ['Bengal', null].entries()) {
      e.collection.labels.set(id, { label, origin: 'cli' });
      e.write(`dogs/${i}.jpg`, tiger);
      await e.ingest(`dogs/${i}.jpg`);
      expect(labelOf(e, `dogs/${i}.jpg`)).toBe(label);
      expect(conflicts(e)).toEqual([]);
    }
  });

  test('other bytes in its place leave the label with the old ones', async () => {
    const e = await open();
    await e.add('cats/1.jpg', tiger);
    await e.add('cats/1.jpg', picture([2, 0]));
    expect(labelOf(e, 'cats/1.jpg')).toBe('cats');
    await e.add('1.jpg', tiger);
    expect(labelOf(e, '1.jpg')).toBeNull();
  });

  test('a folder whose name can be no label says nothing', async () => {
    const e = await open();
    await e.add('a\tb/1.jpg', tiger);
    expect(labelOf(e, 'a\tb/1.jpg')).toBeNull();
    expect(e.collection.status().labels).toEqual({ fromFolders: true, labelled: 0, conflicts: 0 });
  });

  test('no label comes from folders where that is not asked for', async () => {
    const e = await openEngine();
    await e.add('cats/1.jpg', tiger);
    expect(labelOf(e, 'cats/1.jpg')).toBeNull();
    expect(e.collection.status().labels).toEqual({ fromFolders: false, labelled: 0, conflicts: 0 });
  });
});

describe('the same bytes in two class folders', () => {
  const twice = async () => {
    const e = await open();
    await e.add('cats/1.jpg', tiger);
    await e.add('dogs/2.jpg', tiger);
    return e;
  };

  test('have no label, whoever came last, and are listed with what each folder says', async () => {
    const e = await twice();
    expect([labelOf(e, 'cats/1.jpg'), labelOf(e, 'dogs/2.jpg')]).toEqual([null, null]);
    await e.add('cats/3.jpg', tiger);
    await e.add('4.jpg', tiger);
    expect(e.collection.labels.conflicts()).toEqual([
      {
        kind: 'label',
        content: e.collection.image({ image: '4.jpg' }).content,
        images: [
          { id: 1, root: 'pictures', image: 'cats/1.jpg', label: 'cats', split: null },
          { id: 2, root: 'pictures', image: 'dogs/2.jpg', label: 'dogs', split: null },
          { id: 3, root: 'pictures', image: 'cats/3.jpg', label: 'cats', split: null },
          { id: 4, root: 'pictures', image: '4.jpg', label: null, split: null },
        ],
      },
    ]);
    expect(e.collection.status().labels).toMatchObject({ labelled: 0, conflicts: 1 });
  });

  test('agree again when one of them leaves, is replaced, breaks, or its root is removed', async () => {
    for (const leave of [
      (e: Engine) => e.collection.forget('pictures', ['dogs/2.jpg']),
      (e: Engine) => e.add('dogs/2.jpg', picture([2, 0])),
      (e: Engine) => e.add('dogs/2.jpg', picture('truncated')),
    ]) {
      const e = await twice();
      await leave(e);
      expect([labelOf(e, 'cats/1.jpg'), conflicts(e)]).toEqual(['cats', []]);
    }
    const e = await open();
    await e.add('cats/1.jpg', tiger);
    const other = temporaryFolder();
    mkdirSync(join(other, 'dogs'));
    writeFileSync(join(other, 'dogs', '1.jpg'), tiger);
    e.collection.roots.add('other', other);
    await e.collection.ingest({ root: 'other', path: 'dogs/1.jpg', bytes: tiger.length, mtimeMs: 1 });
    expect(conflicts(e)).toHaveLength(1);
    e.collection.roots.remove('other');
    expect([labelOf(e, 'cats/1.jpg'), conflicts(e)]).toEqual(['cats', []]);
  });

  test('have the label that a person says', async () => {
    const e = await twice();
    const changed = e.collection.labels.set(2, { label: 'dogs', origin: 'http' });
    expect(changed.map(({ image, label }) => [image, label])).toEqual([
      ['cats/1.jpg', 'dogs'],
      ['dogs/2.jpg', 'dogs'],
    ]);
    await e.add('cats/3.jpg', tiger);
    expect([labelOf(e, 'cats/3.jpg'), conflicts(e)]).toEqual(['dogs', []]);
  });

  test('that agree about the label and not about the split have no split', async () => {
    const e = await open();
    await e.add('train/cats/1.jpg', tiger);
    await e.add('cats/1.jpg', tiger);
    expect(stateOf(e, 'cats/1.jpg').now).toMatchObject({ label: 'cats', split: 'train' });
    await e.add('test/cats/1.jpg', tiger);
    expect(stateOf(e, 'cats/1.jpg').now).toMatchObject({ label: 'cats', split: null });
    expect(conflicts(e)).toEqual([['split', 'train/cats/1.jpg', 'cats/1.jpg', 'test/cats/1.jpg']]);
    expect(e.collection.status().labels).toMatchObject({ labelled: 1, conflicts: 1 });
    e.collection.labels.set(1, { label: 'cats', split: 'test', origin: 'cli' });
    expect(conflicts(e)).toEqual([]);
  });
});

describe('what was indexed before', () => {
  test('gets labels from folders once', async () => {
    const { catalog, put } = openSmall();
    const paths = Array.from({ length: 2500 }, (_, i) => `${i % 2 ? 'odd' : 'even'}/${i}.jpg`);
    catalog.transaction(() => {
      for (const path of paths) put('left', path);
      put('right', 'odd/copy.jpg', paths[0]);
    });
    const by = { split: null, origin: 'cli', at: 1, conflict: null };
    catalog.labels.put(2, { label: 'mine', ...by });
    await labelFromFolders(catalog);
    expect(catalog.labels.tallies()).toEqual([
      { label: 'even', split: null, isGiven: true, images: 1249 },
      { label: 'mine', split: null, isGiven: true, images: 1 },
      { label: 'odd', split: null, isGiven: true, images: 1249 },
    ]);
    expect(catalog.labels.conflicting()).toEqual([1]);
    put('left', 'later/1.jpg');
    const changes = catalog.changes();
    await labelFromFolders(catalog);
    expect(catalog.changes()).toBe(changes);
  });

  test('a root has another name: so have the labels of its folders', async () => {
    const e = await open();
    await e.add('cats/1.jpg', tiger);
    e.collection.roots.rename('pictures', 'photos');
    expect(stateOf(e, 'cats/1.jpg').now?.origin).toBe('folder:photos');
    e.collection.roots.rename('photos', 'pictures');
    await e.add('cats/2.jpg', tiger);
    expect(stateOf(e, 'cats/1.jpg').changes).toHaveLength(1);
  });
});
