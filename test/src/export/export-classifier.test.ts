import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { type ClassifierParts, exportClassifier } from '../../../src/export/export-classifier.ts';
import { type Answer, runFolder, runLive, runTfjs } from '../../../src/export/runners.ts';
import { packageRoot } from '../../../src/files.ts';
import { loadBackbone } from '../../../src/model/backbone.ts';
import { readClassNames } from '../../../src/model/classes.ts';
import type { ExportFormat } from '../../../src/model/export.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { madeBackbone, madeHead, pictures, projection } from './made.ts';

const formats = ['onnx', 'tfjs', 'safetensors'] as const;
const onnxFixture = (name: string) => loadBackbone(join(packageRoot, 'test', 'fixtures', 'models', name));
const described = (folder: string) => JSON.parse(readFileSync(join(folder, 'classifier.json'), 'utf8'));

async function answers(folder: string, format: ExportFormat, parts: ClassifierParts): Promise<Answer[]> {
  const open = () => (format === 'tfjs' ? runTfjs(folder, described(folder).embedding) : runFolder(folder));
  const runner = await open();
  const made = await runner.run(pictures(parts));
  await runner.close();
  return made;
}

/** The largest difference to what the live classifier says; it must tell the pictures apart. */
async function distance(folder: string, format: ExportFormat, parts: ClassifierParts): Promise<number> {
  const live = await runLive(parts);
  const wanted = await live.run(pictures(parts));
  await live.close();
  expect(new Set(wanted.map(({ probabilities }) => probabilities[0]!.toFixed(3))).size).toBeGreaterThan(1);
  const found = await answers(folder, format, parts);
  const off = (a: Float32Array, b: Float32Array) => Math.max(...a.map((each, i) => Math.abs(each - b[i]!)));
  return Math.max(
    ...wanted.flatMap(({ probabilities, embedding }, i) => [
      off(probabilities, found[i]!.probabilities),
      off(embedding, found[i]!.embedding),
    ]),
  );
}

test.each(formats)('as %s it says what it says here: a head with a hidden layer, pictures in BGR', async (format) => {
  const place = temporaryFolder();
  const backbone = await madeBackbone(place, { input: { width: 6, height: 8, colour: 'bgr', mode: 'caffe' } });
  const parts = { backbone, head: madeHead({ backbone }, { hidden: true }) };
  const out = join(place, 'out');
  const { checked, notes } = await exportClassifier(parts, format, out);
  expect(notes).toEqual([]);
  expect(checked).toMatchObject({ pictures: 2 });
  expect(await distance(out, format, parts)).toBeLessThan(1e-5);
});

test.each(formats)('as %s it projects first where the space of its head does', async (format) => {
  const place = temporaryFolder();
  const backbone = await madeBackbone(place);
  const parts = { backbone, projection, head: madeHead({ backbone, projection }) };
  const out = join(place, 'out');
  await exportClassifier(parts, format, out);
  expect(await distance(out, format, parts)).toBeLessThan(1e-5);
});

test.each(formats)('as %s labels that were merged since it was trained count together', async (format) => {
  const place = temporaryFolder();
  const backbone = await madeBackbone(place);
  const parts = { backbone, head: madeHead({ backbone }, { labels: ['cat', 'dog', 'cat'] }) };
  const out = join(place, 'out');
  await exportClassifier(parts, format, out);
  expect(described(out).labels).toEqual(['cat', 'dog']);
  for (const { probabilities } of await answers(out, format, parts)) {
    expect(probabilities[0]! + probabilities[1]!).toBeCloseTo(1, 6);
  }
  expect(await distance(out, format, parts)).toBeLessThan(1e-5);
});

test.each(['picker', 'fixed-batch'])('a network that is an ONNX file gets its head there: %s', async (name) => {
  const backbone = await onnxFixture(name);
  const parts = { backbone, head: madeHead({ backbone }) };
  const out = join(temporaryFolder(), 'out');
  await exportClassifier(parts, 'onnx', out);
  expect(await distance(out, 'onnx', parts)).toBeLessThan(1e-5);
  await expect(exportClassifier(parts, 'tfjs', join(out, '..', 'other'))).rejects.toMatchObject({
    code: 'usage',
    message: `--format must be onnx for ${name}, which is an ONNX file; got tfjs`,
  });
});

test('what was exported can get another head, though its tensors have the same names', async () => {
  const place = temporaryFolder();
  const first = await madeBackbone(place);
  await exportClassifier({ backbone: first, head: madeHead({ backbone: first }) }, 'onnx', join(place, 'first'));
  const backbone = await loadBackbone(join(place, 'first'));
  const parts = { backbone, head: madeHead({ backbone }, { data: 'e'.repeat(64), hidden: true }) };
  await exportClassifier(parts, 'onnx', join(place, 'second'));
  expect(await distance(join(place, 'second'), 'onnx', parts)).toBeLessThan(1e-5);
});

test.each(['onnx', 'safetensors'] as const)('as %s it is a network with classes, for pixkin too', async (format) => {
  const place = temporaryFolder();
  const backbone = await madeBackbone(place);
  const out = join(place, 'out');
  await exportClassifier({ backbone, head: madeHead({ backbone }) }, format, out);
  const exported = await loadBackbone(out);
  expect(exported.manifest).toMatchObject({ name: 'small-classifier', licence: 'Apache-2.0', output: { dim: 4 } });
  expect((await readClassNames(exported)).map(({ name }) => name)).toEqual(['größer', '虎', 'a "b"']);
});

test('labels, threshold and resizing lie beside the files, and inside those that have a place for them', async () => {
  const place = temporaryFolder();
  const resize = { policy: 'crop', kernel: 'cubic', fraction: 0.875 } as const;
  const backbone = await madeBackbone(place, { resize });
  const parts = { backbone, head: madeHead({ backbone }) };
  const facts = {
    labels: ['größer', '虎', 'a "b"'],
    threshold: 0.4,
    input: { width: 6, height: 8 },
    resize,
    dim: 4,
    backbone: { name: 'small', licence: 'Apache-2.0' },
    space: parts.head.space,
  };
  for (const format of formats) {
    const out = join(place, format);
    await exportClassifier(parts, format, out);
    expect(described(out)).toMatchObject({ format, ...facts });
    expect(existsSync(join(out, described(out).file))).toBe(true);
    expect(readFileSync(join(out, 'labels.txt'), 'utf8')).toBe('größer\n虎\na "b"\n');
  }
  const weights = readFileSync(join(place, 'safetensors', 'weights.safetensors'));
  const header = weights.subarray(8, 8 + Number(weights.readBigUInt64LE()));
  const { __metadata__: metadata } = JSON.parse(header.toString()) as { __metadata__: Record<string, string> };
  expect(JSON.parse(metadata.labels!)).toEqual(facts.labels);
  expect(metadata).toMatchObject({ format: 'pixkin', threshold: '0.4', space: facts.space });
  const file = readFileSync(join(place, 'onnx', 'classifier.onnx'));
  expect(file.includes(JSON.stringify(facts.labels))).toBe(true);
});

test('its ONNX file takes bytes and has two outputs, whatever the network had', async () => {
  const backbone = await onnxFixture('picker');
  const out = join(temporaryFolder(), 'out');
  await exportClassifier({ backbone, head: madeHead({ backbone }) }, 'onnx', out);
  const session = await InferenceSession.create(join(out, 'classifier.onnx'));
  expect(session.inputMetadata).toMatchObject([{ name: 'pixels', type: 'uint8', shape: ['N', 4, 4, 3] }]);
  expect(session.outputMetadata).toMatchObject([
    { name: 'probabilities', shape: ['N', 3] },
    { name: 'embedding', shape: ['N', 4] },
  ]);
  await session.release();
});

test('a head of another space is refused, before anything is written', async () => {
  const place = temporaryFolder();
  const backbone = await madeBackbone(place);
  const head = madeHead({ backbone }, { space: '0123456789abcdef' });
  await expect(exportClassifier({ backbone, head }, 'onnx', join(place, 'out'))).rejects.toMatchObject({
    code: 'other_space',
  });
  expect(readdirSync(place)).toEqual(['small']);
});

test('a file that gives other probabilities is an error, and nothing is left of it', async () => {
  const place = temporaryFolder();
  const backbone = await madeBackbone(place);
  const head = madeHead({ backbone }, { temperature: Number.NaN });
  const error = { code: 'export_differs' };
  await expect(exportClassifier({ backbone, head }, 'safetensors', join(place, 'out'))).rejects.toMatchObject(error);
  expect(readdirSync(place)).toEqual(['small']);
});

test('pictures of the user are tried too, and those that cannot be read are passed over', async () => {
  const place = temporaryFolder();
  const backbone = await madeBackbone(place);
  const images = join(packageRoot, 'test', 'fixtures', 'images');
  const [photo] = readdirSync(images).filter((name) => name.endsWith('.jpg'));
  writeFileSync(join(place, 'broken.jpg'), 'no picture');
  const paths = [join(images, photo!), join(place, 'broken.jpg'), join(place, 'missing.jpg')];
  const parts = { backbone, head: madeHead({ backbone }) };
  const { checked } = await exportClassifier(parts, 'onnx', join(place, 'out'), { pictures: paths });
  expect(checked).toMatchObject({ pictures: 3 });
  expect(checked!.difference).toBeLessThan(1e-5);
});

test('a folder that holds something is left alone', async () => {
  const place = temporaryFolder();
  const backbone = await madeBackbone(place);
  mkdirSync(join(place, 'out'));
  writeFileSync(join(place, 'out', 'thesis.txt'), '');
  await expect(
    exportClassifier({ backbone, head: madeHead({ backbone }) }, 'onnx', join(place, 'out')),
  ).rejects.toMatchObject({ code: 'usage' });
  expect(readdirSync(join(place, 'out'))).toEqual(['thesis.txt']);
});

test('a layer that TensorFlow.js lacks is named', async () => {
  const place = temporaryFolder();
  const backbone = await madeBackbone(place, { output: { layer: 'sum', pooling: 'gem', dim: 4 } });
  const parts = { backbone, head: madeHead({ backbone }) };
  await expect(exportClassifier(parts, 'tfjs', join(place, 'out'))).rejects.toMatchObject({
    code: 'backbone_invalid',
    message: expect.stringContaining('GeM'),
  });
  expect(readdirSync(place)).toEqual(['small']);
});
