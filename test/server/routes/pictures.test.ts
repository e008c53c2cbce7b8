import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PixkinError } from '../../../src/index.ts';
import { errorOf, image, photos, serve, sha } from '../fake.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pixkin-pictures-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const content = '0123456789';
const file = (name: string, o: Parameters<typeof image>[1] = {}) => {
  const { app } = serve({
    images: [image(1, { image: name, bytes: content.length, ...o })],
    roots: [{ ...photos, path: folder }],
  });
  return app;
};

describe('GET /images/{id}/file', () => {
  const name = 'tiger "é".heic';
  beforeAll(() => writeFileSync(join(folder, name), content));

  test('gives the bytes with their real type and a name that every reader understands', async () => {
    const response = await file(name, { kind: 'heic' }).request('/images/1/file');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(content);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/heic',
      'content-length': '10',
      'content-disposition': `inline; filename="tiger ____.heic"; filename*=UTF-8''tiger%20%22%C3%A9%22.heic`.replace(
        '____',
        '___',
      ),
      etag: `"${sha(1)}"`,
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  test.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=4-', 206, '456789', 'bytes 4-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    ['bytes=5-2', 200, content, null],
    ['bytes=0-1,4-5', 200, content, null],
    ['lines=1-2', 200, content, null],
  ])('answers the range %s', async (range, status, text, contentRange) => {
    const response = await file(name).request('/images/1/file', { headers: { range } });
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(text);
    expect(response.headers.get('content-range')).toBe(contentRange);
  });

  test('gives everything where a range is of something older', async () => {
    const headers = { range: 'bytes=0-3', 'if-range': '"other"' };
    expect((await file(name).request('/images/1/file', { headers })).status).toBe(200);
    const same = { range: 'bytes=0-3', 'if-range': `"${sha(1)}"` };
    expect((await file(name).request('/images/1/file', { headers: same })).status).toBe(206);
  });

  test('gives nothing again that is known already', async () => {
    const headers = { 'if-none-match': `"other", W/"${sha(1)}"` };
    const response = await file(name).request('/images/1/file', { headers });
    expect([response.status, await response.text()]).toEqual([304, '']);
  });

  test('answers HEAD with the headers only', async () => {
    const response = await file(name).request('/images/1/file', { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '10', '']);
  });

  test('has no entity tag while the file is another than the indexed one', async () => {
    const response = await file(name, { bytes: 999 }).request('/images/1/file');
    expect([response.status, response.headers.has('etag')]).toEqual([200, false]);
  });

  test('does not find a file that has vanished', async () => {
    const error = await errorOf(file('gone.jpg').request('/images/1/file'));
    expect(error).toEqual({
      status: 404,
      code: 'image_not_found',
      message: 'the file of image 1 ("gone.jpg") is gone',
      hint: undefined,
    });
  });

  test('shows no file outside its root through a link', async () => {
    symlinkSync('/etc/passwd', join(folder, 'link.jpg'));
    expect(await errorOf(file('link.jpg').request('/images/1/file'))).toMatchObject({
      status: 404,
      code: 'image_not_found',
    });
    symlinkSync('/etc', join(folder, 'linked'));
    expect(await errorOf(file('linked/passwd').request('/images/1/file'))).toMatchObject({ status: 404 });
  });

  test.skipIf(process.platform === 'win32')('does not wait for a named pipe', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.jpg')]);
    expect(await errorOf(file('pipe.jpg').request('/images/1/file'))).toMatchObject({ status: 404 });
  });

  test('says that a root is offline, and when to ask again', async () => {
    const offline = () => {
      throw new PixkinError('root_offline', 'root "photos" is offline');
    };
    const { app } = serve({ collection: { file: offline } });
    const response = await app.request('/images/1/file');
    expect(response.headers.get('retry-after')).toBe('60');
    expect(await errorOf(response)).toMatchObject({ status: 503, code: 'root_offline' });
  });
});

describe('GET /images/{id}/thumbnail', () => {
  test('gives a small JPEG that is 256 pixels long when nothing else is asked for', async () => {
    const { app } = serve();
    const response = await app.request('/images/2/thumbnail');
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.headers.get('etag')).toBe(`"${sha(2)}-256"`);
    expect(await response.text()).toBe('thumbnail 2 256');
    expect(await (await app.request('/images/2/thumbnail?size=128')).text()).toBe('thumbnail 2 128');
  });

  test('makes none that is known already', async () => {
    const thumbnail = () => Promise.reject(new Error('made'));
    const { app } = serve({ collection: { thumbnail } });
    const headers = { 'if-none-match': `"${sha(2)}-256"` };
    expect((await app.request('/images/2/thumbnail', { headers })).status).toBe(304);
  });

  test('refuses another size', async () => {
    const { app } = serve();
    const message = 'size must be one of 128, 256, 512, 1024; got 200';
    expect(await errorOf(app.request('/images/2/thumbnail?size=200'))).toMatchObject({ status: 400, message });
  });

  test('does not find a picture whose file has vanished', async () => {
    const thumbnail = () => Promise.reject(new PixkinError('unreadable', 'ENOENT'));
    const { app } = serve({ collection: { thumbnail } });
    expect(await errorOf(app.request('/images/2/thumbnail'))).toMatchObject({ status: 404, code: 'image_not_found' });
  });
});
