import { expect, test } from 'vitest';
import { crc32c, maskedCrc32c } from '../../../../src/report/tensorboard/crc32c.ts';

test.each([
  ['nothing', new Uint8Array(), 0],
  ['nine digits', new TextEncoder().encode('123456789'), 0xe3069283],
  // RFC 3720, B.4.
  ['32 bytes of 0', new Uint8Array(32), 0x8a9136aa],
  ['32 bytes of 255', new Uint8Array(32).fill(255), 0x62a8ab43],
  ['0 to 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ['31 to 0', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
])('the checksum of %s is the published one', (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

test('a masked one is turned by 15 bits and moved, modulo 2^32', () => {
  const crc = 0xe3069283;
  const turned = ((crc >>> 15) | (crc << 17)) >>> 0;
  expect(maskedCrc32c(new TextEncoder().encode('123456789'))).toBe((turned + 0xa282ead8) % 2 ** 32);
});
