/**
 * The README's browser example: its very text, in a browser where there is one, and its script in this process.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/files.ts';
import { loadTfjs } from '../../src/runtime/tfjs-load.ts';
import { installed } from '../support/tfjs.ts';
import { browser, type Page, servePage } from './browser.ts';
import { example, exportFlowers, type Prediction, parsePredictions, photo } from './examples.ts';

const { there, why } = installed('wasm');
const pictures = ['D034', 'D035', 'E012'].map(photo);
const folder = mkdtempSync(join(tmpdir(), 'pixkin-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let wanted: Prediction[][];

beforeAll(async () => {
  if (!there) return;
  const { predict, checked } = await exportFlowers(folder, 'tfjs');
  expect(checked).toMatchObject({ pictures: 5 });
  expect(checked!.difference).toBeLessThan(1e-5);
  wanted = [];
  for (const path of pictures) wanted.push(await predict(path));
});

/** Browsers reduce pictures in their own ways. */
function expectAbout(found: readonly Prediction[], expected: readonly Prediction[], tolerance: number): void {
  expect(found[0]!.label).toBe(expected[0]!.label);
  for (const { label, p } of expected) {
    expect(Math.abs(found.find((each) => each.label === label)!.p - p)).toBeLessThan(tolerance);
  }
}

describe.skipIf(!there)(`an exported classifier on a page${why}`, () => {
  test.skipIf(!browser)(
    `says what pixkin says of the same pictures${browser ? '' : ' (skipped: no Chromium)'}`,
    async () => {
      const tensorflow = (name: string, file: string) =>
        join(packageRoot, 'node_modules', '@tensorflow', name, 'dist', file);
      const page: Page = {
        html: example('classify.html'),
        folder,
        // The same TensorFlow.js, from here, and on the backend that is installed.
        scripts: [
          tensorflow('tfjs-core', 'tf-core.min.js'),
          tensorflow('tfjs-layers', 'tf-layers.min.js'),
          tensorflow('tfjs-backend-wasm', 'tf-backend-wasm.min.js'),
        ],
        assets: ['', '-simd', '-threaded-simd'].map((kind) =>
          tensorflow('tfjs-backend-wasm', `tfjs-backend-wasm${kind}.wasm`),
        ),
        pictures,
      };
      const answers = await servePage(page);
      for (const [i, text] of answers.entries()) expectAbout(parsePredictions(text), wanted[i]!, 0.05);
    },
  );

  test('says it in a script without a browser, too', async () => {
    const { tf } = await loadTfjs('wasm');
    const [, script] = /<script type="module">([\s\S]*)<\/script>/.exec(example('classify.html'))!;
    const at = (path: string) => join(folder, path);
    const elements = { input: { onchange: async (_: unknown): Promise<void> => {} }, pre: { textContent: '' } };
    const names = ['tf', 'document', 'fetch', 'createImageBitmap'];
    const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as FunctionConstructor;
    await AsyncFunction(...names, script!)(
      { ...tf, loadLayersModel: (path: string) => tf.loadLayersModel(filesAt(at(path))) },
      { querySelector: (name: keyof typeof elements) => elements[name] },
      async (path: string) => ({ json: async () => JSON.parse(readFileSync(at(path), 'utf8')) as unknown }),
      createImageBitmap,
    );
    for (const [i, path] of pictures.entries()) {
      await elements.input.onchange({ target: { files: [path] } });
      expectAbout(parsePredictions(elements.pre.textContent), wanted[i]!, 0.02);
    }
  });
});

/** What `tf.loadLayersModel` fetches, from the disk. */
function filesAt(path: string) {
  return {
    async load() {
      const { modelTopology, weightsManifest } = JSON.parse(readFileSync(path, 'utf8')) as {
        modelTopology: object;
        weightsManifest: { paths: string[]; weights: [] }[];
      };
      const shards = weightsManifest.flatMap(({ paths }) => paths.map((name) => readFileSync(join(path, '..', name))));
      const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
      return { modelTopology, weightSpecs, weightData: new Uint8Array(Buffer.concat(shards)).buffer };
    },
  };
}

/** The browser's function of that name, as far as the example needs it. */
async function createImageBitmap(path: string, ...part: unknown[]) {
  const picture = sharp(path).ensureAlpha();
  const [left, top, width, height, size] = part as [number, number, number, number, Record<string, number>];
  const whole = (value: number) => Math.round(value);
  const cut = size
    ? picture
        .extract({ left: whole(left), top: whole(top), width: whole(width), height: whole(height) })
        .resize(size.resizeWidth, size.resizeHeight, { fit: 'fill', kernel: 'cubic' })
    : picture;
  const { data, info } = await cut.raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height };
}
