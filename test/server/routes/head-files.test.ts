import { expect, test } from 'vitest';
import { decodeHead } from '../../../src/head/encode.ts';
import { decodeProjection } from '../../../src/projection/bytes.ts';
import { projection } from '../../src/export/made.ts';
import { denseLayer, headOf } from '../../src/head/blobs.ts';
import { errorOf, serve } from '../fake.ts';

const head = headOf([
  denseLayer(
    [
      [1, -2],
      [0.5, 0],
    ],
    [0, 3],
  ),
]);
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

test('GET /heads/{id}/file gives the head with its numbers', async () => {
  const { app } = serve({ heads: { load: () => head } });
  const response = await app.request('/heads/3/file');
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
  expect(decodeHead(await bytesOf(response))).toEqual(head);
});

test('GET /heads/{id}/projection gives what its space does, or says that it does nothing', async () => {
  const { app } = serve({ heads: { projection: () => projection } });
  const bytes = await bytesOf(await app.request('/heads/3/projection'));
  expect(decodeProjection(bytes, 2)).toEqual(projection);
  expect(() => decodeProjection(bytes, 4)).toThrow(
    'a projection to 4 numbers must have 20 bytes for each that goes in; got 48',
  );
  expect(await errorOf(await serve().app.request('/heads/3/projection'))).toMatchObject({ code: 'not_found' });
});

test('neither is there for a head that is not', async () => {
  const { app } = serve();
  expect(await errorOf(await app.request('/heads/9/file'))).toMatchObject({ code: 'head_not_found' });
  expect((await app.request('/heads/best/file')).status).toBe(400);
});
