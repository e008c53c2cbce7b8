import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  checkSnapshot,
  dropSnapshot,
  prepareFolder,
  publishSnapshot,
  snapshotPaths,
} from '../../../src/vectors/snapshot.ts';

const about = { dim: 4, count: 3, removed: [9], revision: 7, m: 16, efConstruction: 200, ef: 64, tunedCount: 0 };
const expected = { dim: 4, revision: 7, m: 16, efConstruction: 200 };
let folder: string;
let place: { folder: string; space: string };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snapshot-test-'));
  place = { folder, space: 'abcdef0123456789' };
  await writeFile(snapshotPaths(place).newBin, Buffer.alloc(5000, 'index'));
  await publishSnapshot(place, about);
});
afterEach(() => rm(folder, { recursive: true }));

const reason = async (o = {}): Promise<string> => {
  const check = await checkSnapshot(place, { ...expected, ...o });
  return check.ok ? 'nothing' : check.reason;
};

test('what was published is found as it was, and nothing else lies beside it', async () => {
  const check = await checkSnapshot(place, expected);
  expect(check).toMatchObject({ ok: true, path: snapshotPaths(place).bin, facts: { ...about, bytes: 5000 } });
  expect(await readdir(folder)).toEqual(['hnsw-abcdef0123456789.bin', 'hnsw-abcdef0123456789.json']);
});

test('a newer catalog is fine, an older one is not', async () => {
  expect(await reason({ revision: 8 })).toBe('nothing');
  expect(await reason({ revision: 6 })).toBe("revision must be at most 6, the catalog's; got 7");
});

test('an index of another shape does not fit', async () => {
  expect(await reason({ dim: 5 })).toBe('dim must be 5; got 4');
  expect(await reason({ m: 32 })).toBe('m must be 32; got 16');
});

test('files of another space under this name do not fit', async () => {
  const { bin, manifest } = snapshotPaths({ folder, space: 'other' });
  await writeFile(bin, await readFile(snapshotPaths(place).bin));
  await writeFile(manifest, await readFile(snapshotPaths(place).manifest));
  const check = await checkSnapshot({ folder, space: 'other' }, expected);
  expect(check).toEqual({ ok: false, reason: 'space must be other; got abcdef0123456789' });
});

test('a flipped bit in any byte of the manifest is noticed', async () => {
  const { manifest } = snapshotPaths(place);
  const whole = await readFile(manifest);
  // 9 is prime to 8: each byte once, each bit of a byte in its turn.
  for (let bit = 0; bit < whole.length * 8; bit += 9) {
    const damaged = Buffer.from(whole);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    await writeFile(manifest, damaged);
    expect(await reason(), `bit ${bit}`).toBe('the manifest is damaged');
  }
  await writeFile(manifest, `${whole} `);
  expect(await reason()).toBe('the manifest is damaged');
});

test('every cut of the manifest is noticed', async () => {
  const { manifest } = snapshotPaths(place);
  const { length } = await readFile(manifest);
  for (let cut = length - 1; cut >= 0; cut--) {
    await truncate(manifest, cut);
    expect(await reason()).toBe('the manifest is damaged');
  }
});

test('a flipped byte and a cut tail of the index are noticed', async () => {
  const { bin } = snapshotPaths(place);
  const whole = await readFile(bin);
  const flipped = Buffer.from(whole);
  flipped[4321]! ^= 1;
  await writeFile(bin, flipped);
  expect(await reason()).toContain('SHA-256');
  await writeFile(bin, whole.subarray(0, 4999));
  expect(await reason()).toBe('the index must have 5000 bytes; got 4999');
  await rm(bin);
  expect(await reason()).toContain('ENOENT');
});

test('a crash between the two renames leaves a manifest that does not fit', async () => {
  const old = await readFile(snapshotPaths(place).manifest);
  await writeFile(snapshotPaths(place).newBin, Buffer.alloc(5000, 'newer'));
  await publishSnapshot(place, { ...about, revision: 8 });
  await writeFile(snapshotPaths(place).manifest, old);
  expect(await reason()).toContain('SHA-256');
});

test('what a killed process left is removed, but nothing of another space', async () => {
  const other = snapshotPaths({ folder, space: 'other' }).newBin;
  for (const path of [snapshotPaths(place).newBin, snapshotPaths(place).newManifest, other]) await writeFile(path, 'x');
  await prepareFolder(place);
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual(['hnsw-other.bin.tmp']);
  expect(await reason()).toBe('nothing');
});

test('a dropped snapshot is gone, and dropping it again is fine', async () => {
  await dropSnapshot(place);
  await dropSnapshot(place);
  expect(await readdir(folder)).toEqual([]);
  expect(await reason()).toBe('there is no manifest');
});
