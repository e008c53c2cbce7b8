import { describe, expect, test } from 'vitest';
import type { LabelChoice } from '../../src/types.ts';
import { type Engine, type EngineOptions, openEngine, temporaryFolder } from './engine.ts';
import { picture } from './fake-workers.ts';
import { move } from './moving.ts';

/** `1.jpg` to `3.jpg`, and a copy of the first. */
async function four(o: EngineOptions = {}): Promise<Engine> {
  const e = await openEngine(o);
  for (const n of [1, 2, 3]) await e.add(`${n}.jpg`, picture([n, 1]));
  await e.add('copy of 1.jpg', picture([1, 1]));
  return e;
}
const say = (e: Engine, id: number, label: string | null, o: Partial<LabelChoice> = {}) =>
  e.collection.labels.set(id, { label, origin: 'cli', ...o });
const labelsOf = (e: Engine) => e.collection.images().images.map(({ label }) => label);
async function text(e: Engine, root?: string): Promise<string> {
  let all = '';
  for await (const piece of e.collection.labels.exportCsv({ root })) all += piece;
  return all;
}

describe('a label', () => {
  test('is that of every image with the same bytes, in records and in results', async () => {
    const e = await four();
    const changed = say(e, 4, ' Lo\u0308we ');
    expect(changed.map(({ id, label, prediction }) => [id, label, prediction])).toEqual([
      [1, 'L\u00f6we', null],
      [4, 'L\u00f6we', null],
    ]);
    expect(labelsOf(e)).toEqual(['L\u00f6we', null, null, 'L\u00f6we']);
    const { results } = await e.collection.search({ address: { id: 2 } });
    expect(results.find(({ id }) => id === 1)).toMatchObject({ label: 'L\u00f6we', prediction: null });
    await e.add('again.jpg', picture([1, 1]));
    expect(e.collection.image({ image: 'again.jpg' }).label).toBe('L\u00f6we');
  });

  test('said again changes nothing; a split is part of it, and stays where none is said', async () => {
    const e = await four();
    expect(say(e, 2, 'tiger', { split: 'train' })).toHaveLength(1);
    expect(say(e, 2, 'tiger')).toEqual([]);
    say(e, 2, 'lion');
    expect(e.collection.labels.get(2).now).toMatchObject({ label: 'lion', split: 'train' });
    expect(say(e, 2, 'lion', { split: null })).toHaveLength(1);
    expect(e.collection.labels.get(2).now?.split).toBeNull();
    expect(say(e, 2, 'lion', { origin: 'http' })).toHaveLength(1);
  });

  test('is taken away by null, and every change is remembered', async () => {
    const e = await four();
    expect(say(e, 1, null)).toEqual([]);
    say(e, 1, 'tiger', { split: 'test' });
    expect(say(e, 1, null, { origin: 'http' }).map(({ label }) => label)).toEqual([null, null]);
    const at = expect.any(Number);
    expect(e.collection.labels.get(4)).toEqual({
      now: { label: null, split: null, origin: 'http', at },
      changes: [
        { label: 'tiger', split: 'test', origin: 'cli', at, before: { label: null, split: null } },
        { label: null, split: null, origin: 'http', at, before: { label: 'tiger', split: 'test' } },
      ],
    });
  });

  test('survives a rename, a removal for the grace time, another network and a restart', async () => {
    const data = temporaryFolder();
    const e = await four({ data });
    say(e, 2, 'tiger');
    e.rename('2.jpg', 'renamed.jpg');
    await e.ingest('renamed.jpg');
    expect(e.collection.image({ image: 'renamed.jpg' })).toMatchObject({ id: 2, label: 'tiger' });
    await e.collection.forget('pictures', ['renamed.jpg']);
    expect(e.collection.labels.list().labels).toEqual([]);
    await e.add('back.jpg', picture([2, 1]));
    expect(e.collection.image({ image: 'back.jpg' }).label).toBe('tiger');
    await move(e, 'second');
    expect(e.collection.image({ image: 'back.jpg' }).label).toBe('tiger');
    await e.collection.close();
    const again = await openEngine({ data, root: 'others' });
    expect(again.collection.image({ image: 'back.jpg' }).label).toBe('tiger');
  });

  test('is removed with its content, and with it what was said of it', async () => {
    const e = await four();
    say(e, 2, 'tiger');
    await e.collection.forget('pictures', ['2.jpg']);
    expect(e.catalog.purge(Date.now() + 1, 10)).toHaveLength(1);
    expect(e.catalog.labels.names()).toEqual([]);
    await e.add('2.jpg', picture([2, 1]));
    expect(e.collection.image({ image: '2.jpg' }).label).toBeNull();
  });

  test.each([
    ['', 'label must be 1 to 200 characters, none of them a control character; got ""'],
    ['a\nb', 'label must be 1 to 200 characters, none of them a control character; got "a\\nb"'],
  ])('cannot be %j', async (label, message) => {
    const e = await four();
    expect(() => say(e, 1, label)).toThrow(expect.objectContaining({ code: 'invalid_request', message }));
  });

  test('goes with an image that there is, and a split with a label', async () => {
    const e = await four();
    expect(() => say(e, 99, 'tiger')).toThrow(expect.objectContaining({ code: 'image_not_found' }));
    expect(() => e.collection.labels.get(99)).toThrow(expect.objectContaining({ code: 'image_not_found' }));
    expect(() => say(e, 1, null, { split: 'test' })).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});

test('the list counts images, by label and split', async () => {
  const e = await four();
  expect(e.collection.labels.list()).toEqual({ labels: [], labelled: 0, unlabelled: 4, conflicts: 0 });
  say(e, 1, 'tiger', { split: 'train' });
  say(e, 2, 'tiger');
  expect(e.collection.labels.list()).toEqual({
    labels: [{ label: 'tiger', given: 3, predicted: 0, splits: { train: 2, validation: 0, test: 0, none: 1 } }],
    ...{ labelled: 3, unlabelled: 1, conflicts: 0 },
  });
  say(e, 2, 'Lion');
  expect(e.collection.labels.list().labels.map(({ label, given }) => [label, given])).toEqual([
    ['Lion', 1],
    ['tiger', 2],
  ]);
  expect(e.collection.status().labels).toEqual({ fromFolders: false, labelled: 2, conflicts: 0 });
});

describe('a renamed label', () => {
  test('has its name everywhere, and what it was called is remembered', async () => {
    const e = await four();
    say(e, 1, 'tigre');
    expect(e.collection.labels.rename('tigre', 'tiger', 'http')).toBe(2);
    expect(labelsOf(e)).toEqual(['tiger', null, null, 'tiger']);
    expect(e.collection.labels.get(1).changes.at(-1)).toMatchObject({
      ...{ label: 'tiger', origin: 'http', before: { label: 'tigre' } },
    });
    expect(e.collection.labels.rename('tiger', ' tiger', 'http')).toBe(0);
    expect(e.collection.labels.rename('tiger', 'Tiger', 'http')).toBe(2);
  });

  test('is what its folder says from now on', async () => {
    const e = await openEngine({ labelsFromFolders: true });
    await e.add('tigre/1.jpg', picture([1, 0]));
    e.collection.labels.rename('tigre', 'tiger', 'cli');
    await e.add('tigre/2.jpg', picture([2, 0]));
    await e.add('tiger/3.jpg', picture([3, 0]));
    await e.add('tiger/4.jpg', picture([1, 0]));
    expect(labelsOf(e)).toEqual(['tiger', 'tiger', 'tiger', 'tiger']);
    expect(e.collection.labels.get(1).now?.origin).toBe('folder:pictures');
  });

  test('takes a name that nobody has any more, not one that another has', async () => {
    const e = await four();
    say(e, 1, 'tiger');
    say(e, 2, 'lion');
    expect(() => e.collection.labels.rename('tiger', 'lion', 'cli')).toThrow(
      expect.objectContaining({
        code: 'label_exists',
        message: 'to must be a label that no picture has; got "lion"',
        hint: 'merging makes two labels one',
      }),
    );
    say(e, 2, null);
    expect(e.collection.labels.rename('tiger', 'lion', 'cli')).toBe(2);
    expect(() => e.collection.labels.rename('tigr', 'x', 'cli')).toThrow(
      expect.objectContaining({
        message: 'from must be one that a picture has; got "tigr"',
        hint: 'GET /labels lists them',
      }),
    );
  });
});

describe('merged labels', () => {
  test('are one, and what each was is remembered', async () => {
    const e = await four();
    for (const [i, label] of ['tiger', 'tigre', 'Tiger'].entries()) say(e, i + 1, label);
    expect(e.collection.labels.merge(['tigre', 'Tiger', 'tiger', 'tigre'], 'tiger', 'cli')).toBe(2);
    expect(new Set(labelsOf(e))).toEqual(new Set(['tiger']));
    expect(e.collection.labels.get(2).changes.at(-1)).toMatchObject({ label: 'tiger', before: { label: 'tigre' } });
    expect(e.collection.labels.list().labels).toHaveLength(1);
    expect(() => e.collection.labels.merge(['tiger'], 'tigers', 'cli')).toThrow(
      expect.objectContaining({ message: 'into must be one that a picture has; got "tigers"', hint: 'near: tiger' }),
    );
  });

  test('make their folders one: what disagreed agrees', async () => {
    const e = await openEngine({ labelsFromFolders: true });
    await e.add('cat/1.jpg', picture([1, 0]));
    await e.add('cats/2.jpg', picture([2, 0]));
    await e.add('cats/copy of 1.jpg', picture([1, 0]));
    await e.add('cat/4.jpg', picture([4, 0]));
    expect(labelsOf(e)).toEqual([null, 'cats', null, 'cat']);
    expect(e.collection.labels.merge(['cats'], 'cat', 'cli')).toBe(3);
    await e.add('cats/5.jpg', picture([5, 0]));
    expect(new Set(labelsOf(e))).toEqual(new Set(['cat']));
    expect(e.collection.labels.conflicts()).toEqual([]);
  });
});

describe('an export', () => {
  test('is what an import takes', async () => {
    const e = await four();
    say(e, 1, 'big, "wild" cat', { split: 'train' });
    say(e, 2, 'lion');
    const csv = await text(e);
    expect(csv).toBe(
      'path,label,split\n1.jpg,"big, ""wild"" cat",train\n2.jpg,lion,\ncopy of 1.jpg,"big, ""wild"" cat",train\n',
    );
    const other = await four();
    const taken = await other.collection.labels.importCsv(Buffer.from(csv), { origin: 'csv:labels.csv' });
    expect(taken).toEqual({ lines: 3, applied: 3, changed: 3, skipped: [] });
    expect(await text(other)).toBe(csv);
    expect(other.collection.labels.get(1).now?.origin).toBe('csv:labels.csv');
  });

  test('of nothing is a header', async () => {
    const e = await four();
    expect(await text(e)).toBe('path,label,split\n');
    await expect(text(e, 'nowhere')).rejects.toMatchObject({ code: 'root_not_found' });
  });

  test('names the root where a path alone would name two pictures', async () => {
    const e = await four();
    const others = await openEngine();
    e.collection.roots.add('others', others.folder);
    for (const [path, n] of [
      ['1.jpg', 5],
      ['6.jpg', 6],
    ] as const) {
      others.write(path, picture([n, 1]));
      await e.collection.ingest({ ...others.facts(path), root: 'others' });
    }
    for (const { id, image } of e.collection.images().images) say(e, id, image);
    const csv = await text(e);
    expect(csv.split('\n').slice(1)).toEqual([
      ...['pictures/1.jpg,copy of 1.jpg,', '2.jpg,2.jpg,', '3.jpg,3.jpg,', 'copy of 1.jpg,copy of 1.jpg,'],
      ...['others/1.jpg,1.jpg,', '6.jpg,6.jpg,', ''],
    ]);
    expect((await e.collection.labels.importCsv(Buffer.from(csv), { origin: 'csv:x' })).skipped).toEqual([]);
    expect(await text(e, 'others')).toBe('path,label,split\n1.jpg,1.jpg,\n6.jpg,6.jpg,\n');
  });
});
