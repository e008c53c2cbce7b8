import { expect, test } from 'vitest';
import { scrub } from '../../server/scrub.ts';

const roots = [
  { name: 'photos', path: '/srv/photos' },
  { name: 'cats', path: '/srv/photos/my cats' },
  { name: 'disk', path: '/' },
];

test.each([
  ["ENOENT: no such file, open '/srv/photos/my cats/a b.jpg'", "ENOENT: no such file, open 'cats/a b.jpg'"],
  ["open '/home/me/my files/x.db'", 'open "…"'],
  ['cannot write "/var/lib/x y"', 'cannot write "…"'],
  ['at /opt/app/index.js:3', 'at …'],
  ['(/opt/app/index.js), then', '(…), then'],
  ['path=/opt/x failed', 'path=… failed'],
  ['open C:\\Users\\me\\x.jpg now', 'open … now'],
  [
    'GET /images lists them, /images/7/file too. See /openapi.json',
    'GET /images lists them, /images/7/file too. See /openapi.json',
  ],
  ['/imagesecret/x', '…'],
  ['1/2 of cats/a.jpg and 3 / 4', '1/2 of cats/a.jpg and 3 / 4'],
])('%s becomes %s', (message, scrubbed) => {
  expect(scrub(message, roots)).toBe(scrubbed);
});
