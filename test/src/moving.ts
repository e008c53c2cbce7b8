/** Collections of a few fake pictures that move from one fake network to another. */
import { createHash } from 'node:crypto';
import type { JobRecord, RebuildOptions } from '../../src/types.ts';
import { type Engine, type EngineOptions, openEngine } from './engine.ts';
import { createFakeWorkers, type FakeWorkers, picture } from './fake-workers.ts';

/** A network whose vectors are those of the first one, backwards. */
export const backwards = (): FakeWorkers => createFakeWorkers({ network: (vector) => vector.slice().reverse() });

/** A job when it has ended. */
export async function ended(e: Engine, { id }: JobRecord): Promise<JobRecord> {
  for await (const event of e.collection.jobs.events(id)) if (event.type === 'end') return event.job;
  throw new Error('it never ended');
}

/** Puts a picture into results that the current space lacks, as a move that was broken off leaves it. */
export function addUnembedded(e: Engine, path: string, bytes: Uint8Array): void {
  e.write(path, bytes);
  const facts = e.facts(path);
  e.catalog.images.insert(
    e.catalog.roots.locate('pictures').id,
    facts,
    e.catalog.contents.insert({ ...blank, bytes: bytes.length, sha256: sha256(bytes) }),
  );
}
const blank = { kind: 'jpeg', width: 1, height: 1, phash: '', takenAt: null } as const;
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** `1.jpg` to `3.jpg`, at vectors [n, 1]. */
export async function threePictures(
  networks: Record<string, FakeWorkers> = {},
  o: EngineOptions = {},
): Promise<Engine> {
  const e = await openEngine({ networks, ...o });
  for (const n of [1, 2, 3]) await e.add(`${n}.jpg`, picture([n, 1]));
  return e;
}

/** The names of the nearest neighbours. */
export async function neighbours(e: Engine, image: string, space?: string): Promise<string[]> {
  const { results } = await e.collection.search({ address: { image } }, space === undefined ? {} : { space });
  return results.map((result) => result.image);
}

/** Moves to another network, which must succeed. */
export async function move(e: Engine, backbone: string, o: Partial<RebuildOptions> = {}): Promise<JobRecord> {
  const job = await ended(e, e.collection.rebuild({ fromCache: false, backbone, ...o }));
  if (job.state !== 'done') throw new Error(job.error?.message);
  return job;
}
