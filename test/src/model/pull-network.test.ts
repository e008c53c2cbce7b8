import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Architecture, architectures } from '../../../src/model/architectures/index.ts';
import { type PullNetworkOptions, pullNetwork, requireArchitecture } from '../../../src/model/pull-network.ts';
import { ownNames } from '../../../src/model/store.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { type Behaviour, serveFile } from './file-server.ts';
import { mobilenetWeights } from './weights-only.ts';

/** A MobileNet whose weights a server of this test publishes. */
async function place(behaviour: Partial<Behaviour> = {}) {
  const data = temporaryFolder();
  const bytes = readFileSync(await mobilenetWeights(temporaryFolder(), { top: true, classes: 3 }));
  const server = await serveFile({ bytes, ...behaviour });
  const file = { url: server.url, md5: createHash('md5').update(bytes).digest('hex') };
  const weights = { top: file, notop: file };
  const known = architectures.get('mobilenet')!;
  const architecture: Architecture = { ...known, weights, variants: [{ alpha: 0.25, size: 224, weights }] };
  return {
    data,
    server,
    downloads: () => readdirSync(join(data, 'models', '.work', 'downloads')),
    pull: (o: Partial<PullNetworkOptions> = {}) => pullNetwork(data, architecture, { top: true, alpha: 0.25, ...o }),
  };
}

test('published weights become a network under the name of their architecture and its width, and the download is gone', async () => {
  const { data, server, pull, downloads } = await place();
  const { backbone, source, notes } = await pull();
  expect(backbone.folder).toBe(join(data, 'models', 'mobilenet-0.25'));
  expect(backbone.manifest).toMatchObject({
    ...{ name: 'mobilenet-0.25', licence: 'Apache-2.0', source: server.url },
    ...{ input: { width: 224, height: 224, colour: 'rgb', mode: 'tf' }, output: { dim: 256, pooling: 'avg' } },
  });
  expect(notes).toEqual([expect.stringContaining('its output predictions has 3 numbers without names')]);
  expect({ source, left: downloads() }).toEqual({ source: server.url, left: [] });
  await expect(pull()).rejects.toMatchObject({ code: 'backbone_exists' });
  expect(server.requests).toHaveLength(1);
});

test('what came and has no room as a network need not come again', async () => {
  const { data, server, pull, downloads } = await place();
  let asked = 0;
  const free = async () => (asked++ === 0 ? 1e12 : 0);
  await expect(pull({ free })).rejects.toMatchObject({ code: 'data_unwritable' });
  expect(downloads()).toEqual(['file.h5']);
  expect(await ownNames(data)).toEqual([]);
  await pull();
  expect(server.requests).toHaveLength(1);
});

test('what does not fit the architecture is thrown away', async () => {
  const { data, pull, downloads } = await place();
  const bytes = readFileSync(await mobilenetWeights(temporaryFolder()));
  const { url } = await serveFile({ bytes });
  const file = { url };
  const vgg16 = { ...architectures.get('vgg16')!, weights: { top: file, notop: file } };
  await expect(pullNetwork(data, vgg16, { top: false })).rejects.toMatchObject({ code: 'backbone_invalid' });
  expect(downloads()).toEqual([]);
  await pull();
  expect(await ownNames(data)).toEqual(['mobilenet-0.25']);
});

test('a name that is not known is answered with those that are', () => {
  expect(() => requireArchitecture('NAME', 'vgg17')).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: expect.stringMatching(/^NAME must be one of efficientnet-lite0, vgg16, .*; got 'vgg17'$/),
    }),
  );
});
