/**
 * What is computed once: pictures as pixels, and what the frozen layers make of them, in files of the run.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorCode } from '../errors.ts';
import { requireRoom } from '../model/disk.ts';
import type { Pixels, ResizeSpec } from '../types.ts';
import { isPictures } from './decode.ts';
import { openRows, type Rows } from './rows.ts';
import type { TunePicture } from './task.ts';
import { readJson, writeJson } from './whole-file.ts';

/** A picture that could not be read. */
export interface LeftOut {
  readonly picture: number;
  readonly code: ErrorCode;
  readonly message: string;
}

/** What is kept of each picture; a row's place is the picture's. */
export interface Prepared {
  /** RGB bytes; null where nobody needs them. */
  readonly pixels: Rows | null;
  /** Numbers of the tensors that were asked for, by key. */
  readonly tensors: ReadonlyMap<string, Rows>;
  readonly leftOut: readonly LeftOut[];
  close(): void;
}

export interface PrepareTask {
  readonly pictures: readonly TunePicture[];
  readonly spec: ResizeSpec;
  /** As the network takes it. */
  readonly decode: (picture: TunePicture) => Promise<Pixels>;
  readonly keepPixels: boolean;
  /** How many numbers of each tensor are kept. */
  readonly tensors: ReadonlyMap<string, number>;
  /** What becomes of some pictures: rows of each of `tensors`. */
  readonly compute: (pictures: readonly Pixels[]) => ReadonlyMap<string, Float32Array>;
  /** Of the network and of what is kept: rows of another one are not gone on with. */
  readonly key: string;
  readonly onDone: (done: number) => Promise<void> | void;
}

interface Progress {
  readonly key: string;
  /** So many pictures, from the first, are in the files. */
  readonly done: number;
  readonly leftOut: readonly LeftOut[];
}

const picturesAtOnce = 8;
/** Between two times that what is there is made sure of, in milliseconds. */
const syncEvery = 5000;

/** Goes on where an earlier process was. @throws PixkinError `data_unwritable` */
export async function prepare(folder: string, task: PrepareTask): Promise<Prepared> {
  const { pictures, spec, tensors } = task;
  const state = join(folder, 'state.json');
  const found = (await readJson(state)) as Progress | undefined;
  if (found?.key !== task.key) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  let { done, leftOut } = found?.key === task.key ? found : { done: 0, leftOut: [] as readonly LeftOut[] };
  const pixelBytes = spec.width * spec.height * 3;
  const numbers = [...tensors.values()].reduce((sum, count) => sum + count, 0);
  await requireRoom(folder, (pictures.length - done) * ((task.keepPixels ? pixelBytes : 0) + 4 * numbers));
  const pixels = task.keepPixels ? openRows(join(folder, 'pixels'), pixelBytes) : null;
  const files = new Map([...tensors].map(([key, count], i) => [key, openRows(join(folder, `tensor-${i}`), 4 * count)]));
  const all = [...(pixels ? [pixels] : []), ...files.values()];
  const keep = async (): Promise<void> => {
    for (const rows of all) rows.sync();
    await writeJson(state, { key: task.key, done, leftOut } satisfies Progress);
  };

  let kept = performance.now();
  while (done < pictures.length) {
    const places: number[] = [];
    const batch: Pixels[] = [];
    const missing: LeftOut[] = [];
    const end = Math.min(done + picturesAtOnce, pictures.length);
    for (let picture = done; picture < end; picture++) {
      try {
        batch.push(await task.decode(pictures[picture]!));
        places.push(picture);
      } catch (error) {
        if (!isPictures(error)) throw error;
        missing.push({ picture, code: error.code, message: error.message });
      }
    }
    if (batch.length > 0) writeBatch(batch, places);
    done = end;
    leftOut = [...leftOut, ...missing];
    if (performance.now() - kept > syncEvery || done === pictures.length) {
      await keep();
      kept = performance.now();
    }
    await task.onDone(done);
  }

  function writeBatch(batch: readonly Pixels[], places: readonly number[]): void {
    const computed = files.size > 0 ? task.compute(batch) : new Map<string, Float32Array>();
    for (const [i, place] of places.entries()) {
      pixels?.write(place, batch[i]!.data);
      for (const [key, rows] of files) {
        const row = computed.get(key)!;
        rows.write(place, new Uint8Array(row.buffer, row.byteOffset + i * rows.length, rows.length));
      }
    }
  }

  const close = (): void => {
    for (const rows of all) rows.close();
  };
  return { pixels, tensors: files, leftOut, close };
}

/** A row's numbers. */
export function readNumbers(rows: Rows, places: ArrayLike<number>): Float32Array {
  const bytes = rows.read(places);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}
