import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shippedModels } from '../../../src/files.ts';
import type { Backbone } from '../../../src/model/backbone.ts';
import { importNetwork } from '../../../src/model/import.ts';
import { withStore } from '../../../src/model/store.ts';
import { type Finding, verifyNetwork } from '../../../src/model/verify.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { smallNetwork } from './weights-only.ts';

async function findings(folder: string): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of verifyNetwork(folder, { device: 'cpu', env: process.env })) found.push(finding);
  return found;
}

async function imported(o: { labels?: true } = {}): Promise<Backbone> {
  const data = temporaryFolder();
  const network = await smallNetwork(data);
  const labels = join(data, 'names.txt');
  writeFileSync(labels, 'a\nb\nc\nd\ne\n');
  const options = { ...network, mode: 'tf', ...(o.labels && { labels }) } as const;
  const { backbone } = await withStore(data, (store) => importNetwork(data, store, options));
  return backbone;
}

test('the shipped network is sound', async () => {
  const found = await findings(join(shippedModels, 'efficientnet-lite0'));
  expect(found.filter(({ ok }) => !ok)).toEqual([]);
  expect(found.at(-1)).toMatchObject({ check: 'run', message: 'two pictures give different, finite numbers (cpu)' });
});

test('an imported one is sound: manifest, hash, weights, run', async () => {
  const { folder } = await imported();
  const found = await findings(folder);
  expect(found.map(({ check, ok }) => [check, ok])).toEqual([
    ['manifest', true],
    ['hash', true],
    ['weights', true],
    ['run', true],
  ]);
});

test('weights with another hash are found out, and nothing is looked at after that', async () => {
  const { folder } = await imported();
  const path = join(folder, 'weights.safetensors');
  const bytes = readFileSync(path);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(path, bytes);
  const found = await findings(folder);
  expect(found.at(-1)).toMatchObject({
    check: 'hash',
    ok: false,
    message: expect.stringMatching(/^small\/weights\.safetensors: sha256 must be/),
  });
  expect(found).toHaveLength(2);
});

test('a labels file with a line too few is found out', async () => {
  const { folder } = await imported({ labels: true });
  writeFileSync(join(folder, 'labels.tsv'), 'a\ta\n');
  expect((await findings(folder)).at(-1)).toEqual({
    ...{ check: 'labels', ok: false },
    message: 'small/labels.tsv: expected a line for each of 5 classes; got 1',
  });
});

test('a manifest that cannot be read is the only finding', async () => {
  const { folder } = await imported();
  writeFileSync(join(folder, 'model.json'), '{');
  expect(await findings(folder)).toEqual([
    { check: 'manifest', ok: false, message: expect.stringContaining('small/model.json: expected JSON') },
  ]);
});

test.each([
  ['constant', (data: Float32Array) => data.fill(0), 'the numbers of a picture must differ; all are 0'],
  ['not finite', (data: Float32Array) => data.fill(Number.NaN), /^layer \w+: \w+ must be finite; it is not$/],
])('weights that make every vector %s are found out', async (_, spoil, message) => {
  const { folder } = await imported();
  await rewrite(folder, spoil);
  const found = await findings(folder);
  expect(found.at(-1)).toMatchObject({
    ok: false,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });
});

/** Changes all weights, and the hash with them. */
async function rewrite(folder: string, change: (data: Float32Array) => void): Promise<void> {
  const { openWeights, writeSafetensors } = await import('../../../src/model/weights/index.ts');
  const path = join(folder, 'weights.safetensors');
  const file = await openWeights(path);
  const weights = new Map(
    file.layers.map(({ layer, tensors }) => [
      layer,
      tensors.map(({ name, shape, read }) => {
        const data = read();
        change(data);
        return { name, shape, data };
      }),
    ]),
  );
  file.close();
  const { sha256 } = await writeSafetensors(weights, path, { dtype: 'F32' });
  const manifest = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ ...manifest, sha256 }));
}
