import { expect, test } from 'vitest';
import { nearCopyGroups } from '../../../src/head/near-copies.ts';
import { permutation, randomStream } from '../../../src/head/random.ts';
import { someHash } from './blobs.ts';

/** The hash with some bits turned over. */
function flipped(hash: string, bits: readonly number[]): string {
  const turned = bits.reduce((value, bit) => value ^ (1n << BigInt(bit)), BigInt(`0x${hash}`));
  return turned.toString(16).padStart(16, '0');
}

test('eight bits apart is a near-copy, wherever the bits are; nine is none', () => {
  const random = randomStream(5);
  for (let round = 0; round < 200; round++) {
    const hash = someHash(random);
    const bits = [...permutation(64, random)];
    expect([...nearCopyGroups([hash, flipped(hash, bits.slice(0, 8))])]).toEqual([0, 0]);
    expect([...nearCopyGroups([hash, flipped(hash, bits.slice(0, 9))])]).toEqual([0, 1]);
  }
});

test('the same groups as by comparing every pair, chains joined, named after their first picture', () => {
  const random = randomStream(6);
  const hashes = Array.from({ length: 60 }, () => someHash(random));
  for (let i = 0; i < 140; i++) {
    const hash = hashes[Math.floor(random() * hashes.length)]!;
    hashes.push(flipped(hash, [...permutation(64, random)].slice(0, Math.floor(random() * 11))));
  }
  const near = (a: string, b: string): boolean =>
    [...(BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2)].filter((bit) => bit === '1').length <= 8;
  const expected = hashes.map((_, i) => i);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [i, a] of hashes.entries()) {
      for (const [j, b] of hashes.entries()) {
        if (expected[j]! >= expected[i]! || !near(a, b)) continue;
        expected[i] = expected[j]!;
        changed = true;
      }
    }
  }
  expect([...nearCopyGroups(hashes)]).toEqual(expected);
  expect(new Set(expected).size).toBeGreaterThan(60);
});

test('thousands with one and the same hash are one group, at once', () => {
  const groups = nearCopyGroups(Array.from({ length: 50_000 }, () => '00ff00ff00ff00ff'));
  expect(new Set(groups)).toEqual(new Set([0]));
});
