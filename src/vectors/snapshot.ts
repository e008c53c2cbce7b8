/**
 * The files of an HNSW index: `hnsw-<space>.bin`, and `hnsw-<space>.json` that says what must be in it. Both are derived: whatever is odd about
 * them means that they are made again.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { SpaceId } from '../types.ts';
import { hashFile } from './hash-file.ts';

const natural = z.int().min(0);
const facts = z.strictObject({
  format: z.literal(1),
  space: z.string(),
  dim: natural,
  /** Contents in the index, without the removed ones. */
  count: natural,
  /** Contents whose slots are wasted. */
  removed: z.array(natural),
  revision: natural,
  m: natural,
  efConstruction: natural,
  ef: natural,
  /** How many contents there were when `ef` was tuned on them; 0: never. */
  tunedCount: natural,
  bytes: natural,
  sha256: z.string(),
});

export type SnapshotFacts = z.infer<typeof facts>;

export type SnapshotCheck =
  | { readonly ok: true; readonly facts: SnapshotFacts; readonly path: string }
  | { readonly ok: false; readonly reason: string };

export interface SnapshotPlace {
  readonly folder: string;
  readonly space: SpaceId;
}

/** Where the parts lie; what ends in `.tmp` is work that was not finished. */
export function snapshotPaths({ folder, space }: SnapshotPlace) {
  const base = join(folder, `hnsw-${space}`);
  return { bin: `${base}.bin`, manifest: `${base}.json`, newBin: `${base}.bin.tmp`, newManifest: `${base}.json.tmp` };
}

/**
 * Puts `newBin` and a manifest for it in place. A crash in between leaves a manifest that does not fit, and so a rebuild.
 * @param file size and SHA-256 of `newBin`, where they are known already
 */
export async function publishSnapshot(
  place: SnapshotPlace,
  about: Omit<SnapshotFacts, 'format' | 'space' | 'bytes' | 'sha256'>,
  file?: { bytes: number; sha256: string },
): Promise<SnapshotFacts> {
  const paths = snapshotPaths(place);
  const all = { format: 1, space: place.space, ...about, ...(file ?? (await hashFile(paths.newBin))) } as const;
  await syncPath(paths.newBin);
  await rename(paths.newBin, paths.bin);
  await writeManifest(place, all);
  return all;
}

/** The manifest alone, for a `.bin` that stays as it is. */
export async function writeManifest(place: SnapshotPlace, all: SnapshotFacts): Promise<void> {
  const paths = snapshotPaths(place);
  const file = await open(paths.newManifest, 'w');
  try {
    await file.writeFile(seal(all));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(paths.newManifest, paths.manifest);
  // Windows cannot sync a folder.
  await syncPath(place.folder).catch(() => {});
}

/** Looks at both files before native code does. Never rejects: every reason is one to build again. */
export async function checkSnapshot(
  place: SnapshotPlace,
  expected: { dim: number; revision: number; m: number; efConstruction: number },
): Promise<SnapshotCheck> {
  const paths = snapshotPaths(place);
  const fail = (reason: string): SnapshotCheck => ({ ok: false, reason });
  try {
    const read = await readFile(paths.manifest).catch(() => null);
    if (!read) return fail('there is no manifest');
    const found = unseal(read);
    if (!found) return fail('the manifest is damaged');
    if (found.space !== place.space) return fail(`space must be ${place.space}; got ${found.space}`);
    for (const name of ['dim', 'm', 'efConstruction'] as const) {
      if (found[name] !== expected[name]) return fail(`${name} must be ${expected[name]}; got ${found[name]}`);
    }
    if (found.revision > expected.revision) {
      return fail(`revision must be at most ${expected.revision}, the catalog's; got ${found.revision}`);
    }
    const { size } = await stat(paths.bin);
    if (size !== found.bytes) return fail(`the index must have ${found.bytes} bytes; got ${size}`);
    const { sha256 } = await hashFile(paths.bin);
    if (sha256 !== found.sha256) return fail('the index is damaged: its SHA-256 is not the one in the manifest');
    return { ok: true, facts: found, path: paths.bin };
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

export async function dropSnapshot(place: SnapshotPlace): Promise<void> {
  const paths = snapshotPaths(place);
  for (const path of [paths.manifest, paths.bin]) await rm(path, { force: true });
}

/** Makes the folder, and removes what a killed process left behind. */
export async function prepareFolder({ folder, space }: SnapshotPlace): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    if (name.startsWith(`hnsw-${space}.`) && name.endsWith('.tmp')) await rm(join(folder, name), { force: true });
  }
}

/** The manifest's text, with a checksum of its own: it decides what native code is given. */
function seal(unordered: SnapshotFacts): string {
  // Parsing puts the fields in one order, whoever made the object.
  const all = facts.parse(unordered);
  const sha256 = createHash('sha256').update(JSON.stringify(all)).digest('hex');
  return `${JSON.stringify({ manifest: all, sha256 })}\n`;
}

function unseal(bytes: Buffer): SnapshotFacts | null {
  try {
    const found = facts.parse((JSON.parse(bytes.toString()) as { manifest?: unknown }).manifest);
    // Byte for byte: a flipped bit must show even where JSON would read the same.
    return Buffer.from(seal(found)).equals(bytes) ? found : null;
  } catch {
    return null;
  }
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
