/** Collections whose heads have something to tell apart. */
import type { Catalog } from '../../../src/catalog/catalog.ts';
import { encodeHead } from '../../../src/head/encode.ts';
import type { HeadRecord, HeadRequest, JobRecord } from '../../../src/types.ts';
import { pictureFacts } from '../catalog/facts.ts';
import { type Engine, type EngineOptions, idOf, openEngine } from '../engine.ts';
import { fakeDim, picture } from '../fake-workers.ts';
import { ended } from '../moving.ts';
import { trainHere } from '../train-here.ts';

/** What pictures of an animal look like. */
export const looks: Readonly<Record<string, readonly number[]>> = {
  tiger: [1, 0, 0],
  lion: [0, 1, 0],
  bear: [0, 0, 1],
};

/** One picture of an animal, `n` tells it from others. */
export function animal(kind: string, n: number): Buffer {
  const scatter = [Math.sin(n), Math.cos(2 * n), Math.sin(3 * n), Math.cos(5 * n)].map((x) => 0.1 * x);
  return picture([...looks[kind]!.map((x, i) => Number((x + scatter[i]!).toFixed(4))), Number(scatter[3]!.toFixed(4))]);
}

/** Adds so many pictures of an animal, `tiger 0.jpg` and on, labelled as it is unless another label or none is said. */
export async function addAnimals(
  e: Engine,
  kind: string,
  count: number,
  { from = 0, label = kind }: { from?: number; label?: string | null } = {},
): Promise<number[]> {
  const ids: number[] = [];
  for (let n = from; n < from + count; n++) {
    const id = idOf(await e.add(`${kind} ${n}.jpg`, animal(kind, n)));
    if (label !== null) e.collection.labels.set(id, { label, origin: 'cli' });
    ids.push(id);
  }
  return ids;
}

/** A head that believes what it says: what is learnt from a handful of pictures is to be sure of all. */
export const trainBold: typeof trainHere = async (...task) => {
  const trained = await trainHere(...task);
  const head = { ...trained.head, threshold: 0.5 };
  return { ...trained, head, bytes: encodeHead(head) };
};

/** Ten labelled tigers, ten labelled lions, and two more of each without a label. */
export async function openZoo(o: EngineOptions = {}): Promise<Engine> {
  const e = await openEngine({ heads: { folder: null, train: trainBold }, ...o });
  for (const kind of ['tiger', 'lion']) {
    await addAnimals(e, kind, 10);
    await addAnimals(e, kind, 2, { from: 10, label: null });
  }
  return e;
}

/** A training that must succeed. */
export async function train(e: Engine, request: HeadRequest = {}): Promise<HeadRecord> {
  return headOf(await trainingJob(e, request));
}

/** A training, when it has ended. */
export function trainingJob(e: Engine, request: HeadRequest = {}): Promise<JobRecord> {
  return ended(e, e.collection.heads.train({ epochs: 10, lr: 0.02, folds: 0, ...request }));
}

export function headOf({ state, result, error }: JobRecord): HeadRecord {
  if (state !== 'done') throw new Error(error?.message ?? state);
  return result as HeadRecord;
}

/** What is predicted of the images at some paths. */
export function predicted(e: Engine, ...images: string[]): (string | null)[] {
  return images.map((image) => e.collection.image({ image: `${image}.jpg` }).prediction?.label ?? null);
}

/** Labelled contents with an embedding, without a file. */
export function addManyTigers(catalog: Catalog, count: number): void {
  const embeddings = catalog.embeddings(catalog.spaces.list()[0]!);
  catalog.transaction(() => {
    for (let n = 0; n < count; n++) {
      const content = catalog.contents.insert(pictureFacts(`tiger ${n}`));
      embeddings.insert(content, new Float32Array(fakeDim).fill(n + 1), 'fake');
      catalog.labels.put(content, { label: 'tiger', split: null, origin: 'cli', at: 1, conflict: null });
    }
  });
}
