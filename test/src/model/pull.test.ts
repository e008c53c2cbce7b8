import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { architectures } from '../../../src/model/architectures/index.ts';
import { publishedFile, pullWeights } from '../../../src/model/pull.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { serveFile } from './file-server.ts';

const bytes = Buffer.from('weights');
const md5 = createHash('md5').update(bytes).digest('hex');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const published = { url: 'https://example.invalid/keras/vgg16_notop.h5', md5 };

test.each([
  ['vgg16', { top: true }, 'vgg16_weights_tf_dim_ordering_tf_kernels.h5'],
  ['vgg16', { top: false }, 'vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5'],
  ['vgg16', { top: false, size: 320 }, 'vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5'],
  ['mobilenetv2', { top: false }, 'mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5'],
  ['mobilenetv2', { top: false, size: 320 }, 'mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5'],
  ['mobilenetv2', { top: true, alpha: 0.35, size: 96 }, 'mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_96.h5'],
] as const)('%s %j is published as %s', (name, variant, file) => {
  expect(publishedFile(architectures.get(name)!, variant).url.split('/').at(-1)).toBe(file);
});

test.each([
  ['efficientnet-lite0', { top: false }, 'no weights are published for efficientnet-lite0'],
  ['vgg16', { top: false, alpha: 0.5 }, '--alpha of vgg16 must be one of 1; got 0.5'],
  [
    'vgg16',
    { top: true, size: 320 },
    '--size of vgg16 must be one of 224, which its weights were trained for; got 320',
  ],
  ['mobilenet', { top: false, alpha: 0.3 }, '--alpha of mobilenet must be one of'],
  ['mobilenetv2', { top: true, size: 200 }, '--size of mobilenetv2 must be one of 224, 192, 160, 128, 96'],
] as const)('of %s %j nothing is published', (name, variant, message) => {
  expect(() => publishedFile(architectures.get(name)!, variant)).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }),
  );
});

test('every address is an https one of Keras, and every hash has its length', () => {
  for (const { weights, variants } of architectures.values()) {
    for (const file of [weights, ...(variants ?? []).map((variant) => variant.weights)].flatMap((one) =>
      one ? [one.top, one.notop] : [],
    )) {
      expect(file.url).toMatch(/^https:\/\/storage\.googleapis\.com\/tensorflow\/keras-applications\/\S+\.h5$/);
      if (file.md5 !== undefined) expect(file.md5).toMatch(/^[0-9a-f]{32}$/);
      if (file.sha256 !== undefined) expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  }
});

test('a mirror gives the file; once it is here nobody is asked again, until it is discarded', async () => {
  const server = await serveFile({ bytes });
  const downloads = temporaryFolder();
  const pull = () => pullWeights(published, { downloads, from: server.url });
  const pulled = await pull();
  expect(pulled).toMatchObject({ path: join(downloads, 'vgg16_notop.h5'), source: server.url, unchecked: false });
  expect(readFileSync(pulled.path).equals(bytes)).toBe(true);
  await pull();
  expect(server.requests).toHaveLength(1);
  await pulled.discard();
  expect(readdirSync(downloads)).toEqual([]);
});

test.each(['md5', 'sha256'] as const)('a mirror with another file is refused by its %s', async (algorithm) => {
  const { url } = await serveFile({ bytes: Buffer.from('others') });
  const digest = { md5, sha256 }[algorithm];
  const downloads = temporaryFolder();
  const pulling = pullWeights({ url: published.url, [algorithm]: digest }, { downloads, from: url });
  await expect(pulling).rejects.toMatchObject({
    code: 'download_failed',
    message: expect.stringContaining(`${algorithm} must be ${digest}, as its publisher says; got `),
  });
  expect(readdirSync(downloads)).toEqual([]);
});

test('without a published hash there is nothing to check, which is said', async () => {
  const { url } = await serveFile({ bytes });
  const file = { url: published.url };
  expect(await pullWeights(file, { downloads: temporaryFolder(), from: url })).toMatchObject({ unchecked: true });
});

test.each([
  ['a path', (path: string) => path],
  ['a file address', (path: string) => pathToFileURL(path).href],
])('a file of the user (%s) is checked where it lies, and stays', async (_, from) => {
  const path = join(temporaryFolder(), 'mine.h5');
  writeFileSync(path, bytes);
  const pulled = await pullWeights(published, { downloads: '/nowhere', from: from(path) });
  expect(pulled).toMatchObject({ path, source: 'mine.h5' });
  await pulled.discard();
  expect(existsSync(path)).toBe(true);
  writeFileSync(path, 'others');
  await expect(pullWeights(published, { downloads: '/nowhere', from: path })).rejects.toMatchObject({
    code: 'download_failed',
  });
  expect(existsSync(path)).toBe(true);
});

test.each(['ftp://example.invalid/x.h5', '/nowhere/x.h5', 'http://', 'http://me:secret@example.invalid/x.h5'])(
  '--from %s is a usage error',
  async (from) => {
    await expect(pullWeights(published, { downloads: '/nowhere', from })).rejects.toMatchObject({ code: 'usage' });
  },
);
