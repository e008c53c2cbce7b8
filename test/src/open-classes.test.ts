import { copyFileSync, cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { packageRoot } from '../../src/files.ts';
import { openCollection } from '../../src/open.ts';
import type { Collection } from '../../src/types.ts';
import { temporaryFolder } from './engine.ts';

const fixtures = join(packageRoot, 'test', 'fixtures');
const labels = ['n1\tred', 'n2\tgreen', 'n3\tblue', 'n4\tgrey'];

/** A network of four classes: its embedding is their scores too. */
function network(): { folder: string; label(lines: readonly string[]): void } {
  const folder = join(temporaryFolder(), 'colours');
  cpSync(join(fixtures, 'models', 'picker'), folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as object;
  const classes = { output: 'features', labels: 'labels.tsv', activation: 'logits' };
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ ...manifest, name: 'colours', classes }));
  const label = (lines: readonly string[]) => writeFileSync(join(folder, 'labels.tsv'), `${lines.join('\n')}\n`);
  label(labels);
  return { folder, label };
}

interface Opened {
  readonly collection: Collection;
  readonly warnings: readonly string[];
}

async function open(data: string, flags: Record<string, unknown>): Promise<Opened> {
  const config = loadConfig({ data, env: {}, flags: { workers: 1, device: 'cpu', ...flags } });
  const warnings: string[] = [];
  const log = { debug() {}, info() {}, warn: (message: string) => void warnings.push(message) };
  const { collection } = await openCollection({ config, env: process.env, log });
  onTestFinished(() => collection.close());
  return { collection, warnings };
}

async function addPicture(collection: Collection): Promise<void> {
  const folder = temporaryFolder();
  copyFileSync(join(fixtures, 'images', 'quadrants.png'), join(folder, 'a.png'));
  collection.roots.add('pictures', folder);
  const { size, mtimeMs } = statSync(join(folder, 'a.png'));
  await collection.ingest({ root: 'pictures', path: 'a.png', bytes: size, mtimeMs });
}

test('the classes of a picture are stored with its embedding, the same that are given when it is asked about', async () => {
  const { collection, warnings } = await open(temporaryFolder(), { backbone: network().folder, classify: true });
  await addPicture(collection);
  const { classes } = collection.image({ image: 'a.png' });
  const { predictions, backbone } = await collection.classify({ address: { image: 'a.png' } }, { top: 10 });
  expect(classes).toEqual(predictions);
  expect(backbone).toBe('colours');
  expect(classes?.map(({ wnid }) => wnid).sort()).toEqual(['n1', 'n2', 'n3', 'n4']);
  expect(classes?.reduce((sum, { p }) => sum + p, 0)).toBeCloseTo(1, 4);
  expect(collection.status()).toMatchObject({ inferences: 1, classes: { stored: true, classified: 1, lacking: 0 } });
  expect(warnings).toEqual([]);
});

test('a class is called what the labels call it when the collection is opened', async () => {
  const [data, { folder, label }] = [temporaryFolder(), network()];
  const first = await open(data, { backbone: folder, classify: true });
  await addPicture(first.collection);
  const [best] = first.collection.image({ image: 'a.png' }).classes!;
  await first.collection.close();
  label(labels.map((line) => line.toUpperCase()));
  const { collection } = await open(data, {});
  expect(collection.image({ image: 'a.png' }).classes?.[0]).toEqual({
    label: best!.label.toUpperCase(),
    p: best!.p,
    wnid: best!.wnid!.toUpperCase(),
  });
});

test('labels that are gone keep a collection closed only where classes are to be stored', async () => {
  const [data, { folder }] = [temporaryFolder(), network()];
  const first = await open(data, { backbone: folder, classify: true });
  await addPicture(first.collection);
  const { classes } = first.collection.image({ image: 'a.png' });
  await first.collection.close();
  rmSync(join(folder, 'labels.tsv'));
  await expect(open(data, { classify: true })).rejects.toMatchObject({ code: 'backbone_invalid' });
  const { collection, warnings } = await open(data, {});
  expect(warnings).toEqual(['colours/labels.tsv: expected the names of the classes; got ENOENT']);
  expect(collection.image({ image: 'a.png' }).classes).toEqual(classes);
});

test('a network that tells no classes apart stores none, and says so', async () => {
  const flags = { backbone: join(fixtures, 'models', 'picker'), classify: true };
  const { collection, warnings } = await open(temporaryFolder(), flags);
  await addPicture(collection);
  expect(warnings).toEqual([
    '--classify stores nothing: network picker tells no classes apart, since it ends before them',
  ]);
  expect(collection.status().classes).toBeNull();
  expect(collection.image({ image: 'a.png' })).not.toHaveProperty('classes');
  await expect(collection.classify({ address: { image: 'a.png' } })).rejects.toMatchObject({ code: 'no_classes' });
});

test('where the network is gone its classes are still shown, and another does not speak for it', async () => {
  const [data, { folder }] = [temporaryFolder(), network()];
  const first = await open(data, { backbone: folder, classify: true });
  await addPicture(first.collection);
  const { classes } = first.collection.image({ image: 'a.png' });
  await first.collection.close();
  rmSync(folder, { recursive: true });
  const { collection } = await open(data, { classify: true });
  expect(collection.image({ image: 'a.png' }).classes).toEqual(classes);
  expect(collection.status().classes).toMatchObject({ stored: false, classified: 1 });
  await expect(collection.classify({ address: { image: 'a.png' } })).rejects.toMatchObject({
    code: 'backbone_not_found',
    message: expect.stringContaining('the network of the collection cannot run'),
  });
});

test('a network of a folder answers beside one that ends before its classes, also where both make the same space', async () => {
  const data = temporaryFolder();
  const { collection } = await open(data, { backbone: join(fixtures, 'models', 'picker') });
  await addPicture(collection);
  const query = { upload: readFileSync(join(fixtures, 'images', 'noise.png')) };
  const { folder } = network();
  const { predictions, backbone } = await collection.classify(query, { backbone: folder, top: 2 });
  expect([backbone, predictions.length]).toEqual(['colours', 2]);
  expect(collection.spaces()).toHaveLength(1);
});
