import { expect, test } from 'vitest';
import { errorOf, openAccess, serve } from '../fake.ts';

const failures = () => [
  { root: 'photos', image: 'a.jpg', reason: 'truncated' as const, message: 'cut off: /srv/secret/photos/a.jpg' },
];

test('GET /status tells counts, queue, roots and network', async () => {
  const { app } = serve();
  expect(await (await app.request('/status')).json()).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    uptime: expect.any(Number),
    images: 3,
    contents: 3,
    quarantined: 1,
    pending: 12,
    inferences: 7,
    rate: 80.5,
    seconds_left: 3,
    space: '0123456789abcdef',
    backbone: 'tiny',
    dim: 2,
    device: null,
    device_why: null,
    queue: { workers: 2, busy: 1, queued: 4, crashes: 1 },
    index: { hnsw: 'missing', count: 3, hnsw_count: 0, revision: 5 },
    classes: { stored: true, classified: 2, lacking: 1 },
    labels: { from_folders: false, labelled: 2, conflicts: 1 },
    head: { id: 3, labels: 2, predicted: 1, unknown: 1 },
    roots: [{ name: 'photos', state: 'online', images: 3, held: 0, path: '/srv/secret/photos' }],
  });
});

test('GET /status shows folders to nobody who only reads', async () => {
  const { app } = serve({ access: { ...openAccess, readTokens: ['reader'], required: true } });
  const response = await app.request('/status', { headers: { authorization: 'Bearer reader' } });
  expect(response.status).toBe(200);
  expect(await response.text()).not.toContain('/srv/secret');
});

test('GET /failures names each image and its reason, without a folder of the server', async () => {
  const { app } = serve({ collection: { failures } });
  expect(await (await app.request('/failures')).json()).toEqual({
    failures: [{ root: 'photos', image: 'a.jpg', reason: 'truncated', message: 'cut off: photos/a.jpg' }],
  });
});

test.each(['/status', '/failures'])('GET %s takes no parameter', async (path) => {
  const { app } = serve();
  expect(await errorOf(app.request(`${path}?x=1`))).toMatchObject({
    status: 400,
    message: 'x is not a parameter here',
  });
});
