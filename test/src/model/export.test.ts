import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../src/files.ts';
import { type Backbone, loadBackbone } from '../../../src/model/backbone.ts';
import { type ExportFormat, exportNetwork } from '../../../src/model/export.ts';
import { type ImportOptions, importNetwork } from '../../../src/model/import.ts';
import { withStore } from '../../../src/model/store.ts';
import { withTrial } from '../../../src/model/trial.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { smallNetwork } from './weights-only.ts';

const picker = join(packageRoot, 'test', 'fixtures', 'models', 'picker');

async function place() {
  const data = temporaryFolder();
  const labels = join(data, 'names.txt');
  writeFileSync(labels, 'tiger\nlion\ncat\ndog\nfox\n');
  const network = await smallNetwork(data);
  const bring = (o: Pick<ImportOptions, 'path' | 'name' | 'topology'>) =>
    withStore(data, (store) => importNetwork(data, store, { ...o, mode: 'tf', labels }));
  const { backbone } = await bring({ ...network, name: 'small' });
  return {
    backbone,
    bring,
    out: join(data, 'out', 'net'),
    write: (format: ExportFormat, from: Backbone = backbone) => exportNetwork(from, format, join(data, 'out', 'net')),
  };
}

const vectorOf = (backbone: Backbone): Promise<Float32Array> =>
  withTrial(backbone, { device: 'cpu', workers: 1, env: process.env }, async ({ workers, pictures }) => {
    return (await workers.embed({ path: pictures[0] })).vector;
  });

test('as ONNX it is a backbone elsewhere, which gives the same numbers and has the same classes', async () => {
  const { backbone, write, out } = await place();
  await write('onnx');
  const exported = await loadBackbone(out);
  expect(exported.manifest).toMatchObject({
    name: 'small',
    file: 'model.onnx',
    input: { width: 6, height: 8, type: 'uint8' },
    output: { dim: 4, pooling: 'avg' },
    classes: { labels: 'labels.tsv', activation: 'softmax' },
  });
  expect(readdirSync(out).sort()).toEqual(['labels.tsv', 'model.json', 'model.onnx']);
  expect(await vectorOf(exported)).toEqual(await vectorOf(backbone));
});

test.each(['safetensors', 'tfjs'] as const)('as %s it comes back as the same network', async (format) => {
  const { backbone, write, out, bring } = await place();
  await write(format);
  const again = await bring({ path: out, name: 'again' });
  const { sha256, output, classes } = backbone.manifest;
  expect(again.backbone.manifest).toMatchObject({ sha256, output, classes });
});

test('an ONNX file is copied, and has no other form', async () => {
  const { write, out } = await place();
  const onnx = await loadBackbone(picker);
  await expect(write('tfjs', onnx)).rejects.toMatchObject({
    code: 'usage',
    message: '--format must be onnx for picker, which is an ONNX file; got tfjs',
  });
  expect(existsSync(out)).toBe(false);
  await write('onnx', onnx);
  expect((await loadBackbone(out)).manifest).toEqual(onnx.manifest);
});

test('a folder that holds something is left alone, an empty one is filled', async () => {
  const { write, out } = await place();
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'thesis.txt'), '');
  await expect(write('safetensors')).rejects.toMatchObject({
    code: 'usage',
    message: `--out must be a new or an empty folder; ${out} holds thesis.txt`,
  });
  expect(readdirSync(out)).toEqual(['thesis.txt']);
});

test('a place that cannot be written is an error', async () => {
  const { backbone, out } = await place();
  mkdirSync(join(out, '..'));
  writeFileSync(out, '');
  await expect(exportNetwork(backbone, 'onnx', out)).rejects.toMatchObject({ code: 'usage' });
  await expect(exportNetwork(backbone, 'onnx', join(out, 'below'))).rejects.toMatchObject({ code: 'usage' });
});
