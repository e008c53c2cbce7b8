import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/files.ts';
import { copySamples, indexer, killWhatIsLeft, startServer, temporaryPlace } from './command-line.ts';

killWhatIsLeft();
const place = temporaryPlace();
const picker = join(packageRoot, 'test', 'fixtures', 'models', 'picker');

/** A folder with a photograph at each path; those with the same number have the same bytes. */
function photos(name: string, paths: Readonly<Record<string, number>>): string {
  const folder = join(place, name);
  for (const [path, number] of Object.entries(paths)) {
    const parts = path.split('/').slice(0, -1);
    const [made] = copySamples(join(folder, ...parts), 1, number);
    renameSync(join(folder, ...parts, made!), join(folder, path));
  }
  return folder;
}
/** Lines in the order of their letters: pictures are numbered in the order in which they were read. */
const sorted = (text: string): string => text.trimEnd().split('\n').sort().join('\n');

/** Commands on one collection. */
function collection(name: string) {
  const data = join(place, `${name} data`);
  const ask = (...argv: string[]) => indexer([...argv, '--data', data]);
  const json = async (...argv: string[]) => (await ask(...argv, '--json')).json;
  const index = (folder: string, ...flags: string[]) => ask('index', folder, '--backbone', picker, ...flags);
  return { data, ask, json, index };
}

describe('labels from folders', () => {
  const { data, ask, json, index } = collection('folders');
  let folder: string;

  beforeAll(() => {
    folder = photos('library', {
      'train/cats/1.jpeg': 1,
      'train/dogs/2.jpeg': 2,
      'validation/cats/3.jpeg': 3,
      'birds/4.jpeg': 4,
      'birds/copy of 1.jpeg': 1,
      '5.jpeg': 5,
    });
  });

  test('are given to what is indexed already too', async () => {
    await index(folder);
    expect(await json('label')).toEqual([]);
    const { code, stderr } = await index(folder, '--labels-from', 'folders');
    expect(code).toBe(0);
    expect(stderr).toContain('pictures whose folders disagree about their label or split: 1 (indexer label conflicts)');
    expect(await json('label', 'list')).toEqual([
      { label: 'birds', given: 1, predicted: 0, splits: { train: 0, validation: 0, test: 0, none: 1 } },
      { label: 'cats', given: 1, predicted: 0, splits: { train: 0, validation: 1, test: 0, none: 0 } },
      { label: 'dogs', given: 1, predicted: 0, splits: { train: 1, validation: 0, test: 0, none: 0 } },
    ]);
    const { stdout, stderr: notes } = await ask('label', 'list');
    expect(stdout).toBe('birds  1 image\ncats  1 image  (validation 1)\ndogs  1 image  (train 1)\n');
    expect(notes).toContain('with a label: 3 images, without: 3');
    expect((await ask('status')).stdout).toContain(
      'labels of 3 contents; folders disagree about 1 (indexer label conflicts)\n',
    );
  });

  test('that disagree are listed until somebody decides', async () => {
    const [conflict] = await json('label', 'conflicts');
    const said = (label: string, split: string | null) => expect.objectContaining({ label, split });
    expect(conflict).toMatchObject({ kind: 'label', content: expect.any(String) });
    expect(conflict!.images).toEqual(expect.arrayContaining([said('birds', null), said('cats', 'train')]));
    expect(sorted((await ask('label', 'conflicts')).stdout)).toBe(
      '  library  birds/copy of 1.jpeg  birds\n  library  train/cats/1.jpeg  cats  train\nno label, since its folders disagree:',
    );
    await ask('label', 'set', 'train/cats/1.jpeg', 'cats', '--split', 'train');
    expect((await ask('label', 'conflicts')).stdout).toBe('no folders disagree\n');
    const { stderr } = await index(folder, '--labels-from', 'folders');
    expect(stderr).not.toContain('disagree');
  });

  test('follow a moved file', async () => {
    mkdirSync(join(folder, 'wolves'));
    renameSync(join(folder, 'train/dogs/2.jpeg'), join(folder, 'wolves/2.jpeg'));
    await index(folder, '--labels-from', 'folders');
    expect(await json('label', 'history', '2.jpeg')).toMatchObject([
      {
        ...{ label: 'wolves', split: null, origin: 'folder:library' },
        changes: [
          { label: 'dogs', split: 'train', before: { label: null } },
          { label: 'wolves', before: { label: 'dogs', split: 'train' } },
        ],
      },
    ]);
    expect((await ask('label', 'history', '2.jpeg')).stdout).toMatch(
      /^\S+Z {2}folder:library {2}\(none\) -> dogs \(train\)\n\S+Z {2}folder:library {2}dogs \(train\) -> wolves\n$/,
    );
  });

  test('come later where a picture was indexed without them', async () => {
    photos('library', { 'foxes/6.jpeg': 6 });
    await index(folder);
    expect((await json('label', 'history', '6.jpeg'))[0]).toMatchObject({ label: null, changes: [] });
    await index(folder, '--labels-from', 'folders');
    expect((await json('label', 'history', '6.jpeg'))[0]).toMatchObject({ label: 'foxes' });
  });

  test('are a filter of a search', async () => {
    const similar = async (...flags: string[]) =>
      ((await json('similar', '5.jpeg', ...flags))[0]!.results as { image: string }[]).map(({ image }) => image).sort();
    expect(await similar('--label', 'cats')).toEqual([
      'birds/copy of 1.jpeg',
      'train/cats/1.jpeg',
      'validation/cats/3.jpeg',
    ]);
    expect(await similar('--label', 'birds', '--label', 'wolves')).toEqual(['birds/4.jpeg', 'wolves/2.jpeg']);
    expect(await similar('--not-label', 'cats', '--label-source', 'given')).toEqual([
      ...['birds/4.jpeg', 'foxes/6.jpeg', 'wolves/2.jpeg'],
    ]);
    expect(await similar('--label', 'cats', '--label-source', 'predicted')).toEqual([]);
    expect((await ask('similar', '5.jpeg', '--label', 'birds')).stdout).toMatch(
      / {2}library {2}birds\/4\.jpeg {2}\[birds\]\n$/,
    );
    const { code, stderr } = await ask('similar', '5.jpeg', '--label', 'catz');
    expect(stderr).toBe('error: --label must be one that a picture has; got "catz"\nhint: near: cats\n');
    expect(code).toBe(2);
    expect((await ask('similar', '5.jpeg', '--min-p', '.5')).stderr).toContain('--min-p goes with label or not_label');
  });

  test('are for the process that holds the collection to take', async () => {
    const server = await startServer([folder, '--data', data]);
    const { code, stderr } = await index(folder, '--labels-from', 'folders');
    expect(code).toBe(2);
    expect(stderr).toContain('--labels-from folders must be given to the process that holds the collection');
    expect(stderr).toContain('or set labels_from in config.json');
    expect(await json('label', 'set', 'birds/4.jpeg', 'owls')).toMatchObject([
      { image: 'birds/4.jpeg', label: 'owls' },
    ]);
    const { images } = (await (await fetch(`${server.url}/images?label=owls`)).json()) as { images: object[] };
    expect(images).toMatchObject([{ image: 'birds/4.jpeg', label: 'owls', prediction: null }]);
  });
});

test('--labels-from takes folders only', async () => {
  const { code, stderr } = await collection('wrong').index(place, '--labels-from', 'names');
  expect([code, stderr]).toEqual([2, 'error: --labels-from must be one of folders; got "names"\n']);
});

describe('labels by hand', () => {
  const { ask, json, index } = collection('hand');
  let folder: string;

  beforeAll(async () => {
    folder = photos('by hand', { 'a/1.jpeg': 11, 'a/2.jpeg': 12, 'copy of 1.jpeg': 11, 'b/1.jpeg': 13 });
    await index(folder);
  });

  test('are set for all with the same bytes, by a path, a file, or several at once', async () => {
    const { stdout, stderr, code } = await ask('label', 'set', 'a/1.jpeg', 'big cat');
    expect(sorted(stdout)).toBe('by hand  a/1.jpeg  big cat\nby hand  copy of 1.jpeg  big cat');
    expect([stderr, code]).toEqual(['changed: 2 images\n', 0]);
    await ask('label', 'set', join(folder, 'a', '2.jpeg'), 'b/1.jpeg', 'lion');
    expect((await json('label')).map(({ label, given }) => [label, given])).toEqual([
      ['big cat', 2],
      ['lion', 2],
    ]);
  });

  test('are taken away', async () => {
    expect((await ask('label', 'unset', 'b/1.jpeg')).stdout).toBe('by hand  b/1.jpeg  (no label)\n');
    expect((await ask('label', 'unset', 'b/1.jpeg')).stderr).toBe('changed: 0 images\n');
    expect((await ask('label', 'history', 'copy of 1.jpeg')).stdout).toMatch(/^\S+ {2}cli {2}\(none\) -> big cat\n$/);
  });

  test.each([
    [['set', 'a/1.jpeg'], 2, 'LABEL must follow the images; got only a/1.jpeg'],
    [['set', 'a/1.jpeg', ' '], 2, 'LABEL must be 1 to 200 characters, none of them a control character; got " "'],
    [['set', 'nothing.jpeg', 'x'], 1, 'no image "nothing.jpeg" is indexed'],
    [['set', '1.jpeg', 'x'], 1, '"1.jpeg" names more than one image'],
    [['set', join(packageRoot, 'package.json'), 'x'], 1, 'package.json is not indexed'],
    [['set', 'a/1.jpeg', 'x', '--split', 'none'], 2, "option '--split <split>' argument 'none' is invalid"],
    [['rename', 'cat', 'x'], 2, 'FROM must be one that a picture has; got "cat"'],
    [['rename', 'big cat', 'lion'], 1, 'to must be a label that no picture has; got "lion"'],
    [['merge', 'lion'], 2, 'INTO must follow the labels; got only lion'],
    [['merge', 'lion', 'x'], 2, 'INTO must be one that a picture has; got "x"'],
    [['import', 'nowhere.csv'], 2, 'FILE must be a CSV; nowhere.csv cannot be read (ENOENT)'],
    [['export', '--json'], 2, 'FILE must be given with --json'],
    [['export', '--root', 'nowhere'], 1, 'no root is named "nowhere"'],
  ])('%j is refused', async (argv, exit, message) => {
    const { code, stderr } = await ask('label', ...argv);
    expect(stderr).toContain(message);
    expect(code).toBe(exit);
  });

  test('go out as a CSV and come back', async () => {
    const file = join(place, 'labels.csv');
    const before = (await ask('label', 'export')).stdout;
    expect(sorted(before)).toBe('a/1.jpeg,big cat,\na/2.jpeg,lion,\ncopy of 1.jpeg,big cat,\npath,label,split');
    expect(await json('label', 'export', file)).toEqual([{ type: 'exported', file }]);
    expect(readFileSync(file, 'utf8')).toBe(before);
    for (const image of ['a/1.jpeg', 'a/2.jpeg']) await ask('label', 'unset', image);
    expect((await ask('label', 'import', file)).stdout).toBe('3 of 3 lines applied, changed: 3 images\n');
    expect((await ask('label', 'export')).stdout).toBe(before);
    expect(await json('label', 'history', 'a/2.jpeg')).toMatchObject([{ label: 'lion', origin: 'csv:labels.csv' }]);
  });

  test('from a CSV that names other pictures too: each is told, and the exit code is 3', async () => {
    const file = join(place, 'others.csv');
    const others = Array.from({ length: 30 }, (_, i) => `none ${i}.jpeg,lynx\n`).join('');
    writeFileSync(
      file,
      Buffer.from(`Datei;label\nb/1.jpeg;Löwe\n${others.replaceAll(',', ';')}`.replace('Datei', 'path'), 'latin1'),
    );
    const { code, stdout } = await ask('label', 'import', file, '--root', 'by hand');
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /^1 of 31 lines applied, changed: 1 image\nline 3: none 0\.jpeg,lynx: no indexed picture has that name\n/,
    );
    expect(stdout).toMatch(/and 10 lines more \(--json has them all\)\n$/);
    const [answer] = await json('label', 'import', file);
    expect(answer).toMatchObject({ type: 'imported', lines: 31, applied: 1, changed: 0 });
    expect(answer!.skipped).toHaveLength(30);
    expect((await json('label')).map(({ label }) => label)).toEqual(['Löwe', 'big cat', 'lion']);
  });

  test('are renamed and merged', async () => {
    expect((await ask('label', 'rename', 'Löwe', 'Lion')).stdout).toBe('called Lion now: 1 image\n');
    expect((await ask('label', 'merge', 'Lion', 'big cat', 'lion')).stdout).toBe('lion now: 3 images\n');
    expect(await json('label', 'list')).toMatchObject([{ label: 'lion', given: 4 }]);
    expect(await json('label', 'history', 'b/1.jpeg')).toMatchObject([{ label: 'lion', origin: 'csv:others.csv' }]);
  });
});
