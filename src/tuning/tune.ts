import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, link, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PixkinError } from '../errors.ts';
import { decodeHead } from '../head/encode.ts';
import { canonicalJson } from '../model/canonical.ts';
import { modelFoldersOf, ownModels, withStore } from '../model/store.ts';
import { spaceOf } from '../space.ts';
import { type ChildOptions, runChild } from '../training/child.ts';
import { type Base, findBase } from './base.ts';
import type { DecodeLimits } from './decode.ts';
import type { Tell } from './opened.ts';
import { resolveTuneOptions } from './options.ts';
import { planTuning } from './plan.ts';
import type { Message, Order, Result } from './protocol.ts';
import { type ChosenRun, chooseRun, fingerprintOfPictures, placesOf } from './run-folder.ts';
import type { Tuned, TuneProgress, TuneTask, TuneWork } from './task.ts';
import { requireGradients, splitNetwork } from './trained-part.ts';
import { trainedLayers } from './unfreeze.ts';
import { readValue } from './whole-file.ts';
import { addedLayers } from './write-network.ts';

/** How the tuning process is run, and who hears of it. */
export interface TuneControl extends ChildOptions {
  /** Called after each look at the held-out pictures. */
  readonly onProgress?: ((progress: TuneProgress) => void) | undefined;
  /** Called some times a second while nothing is to be looked at. */
  readonly onWork?: ((work: TuneWork) => void) | undefined;
  /** For people: what it runs on and how long it takes, what could not be done as usual. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** As everywhere where they are absent. */
  readonly limits?: Partial<DecodeLimits> | undefined;
}

/**
 * Tunes a network with a head on labelled pictures, in a process of its own. The run is kept while it goes on: the same task again continues where an
 * earlier one was interrupted, with the same result; one that is done is not done again.
 * @throws PixkinError `invalid_request`, `backbone_not_found`, `backbone_invalid`, `training_data_invalid`, `training_diverged`, `device_unavailable`
 *   (no TensorFlow.js; its hint says what to install), `data_unwritable`, `busy` (another process brings a network into the collection),
 *   `cancelled`, `internal` (the process died)
 */
export async function tuneNetwork(task: TuneTask, o: TuneControl = {}): Promise<Tuned> {
  if (o.signal?.aborted) throw new PixkinError('cancelled', cancelled);
  const folders = modelFoldersOf(task.data);
  const { base, key } = await checkTask(task, folders);
  const { backbone } = base;
  const run = await chooseRun(task.data, {
    name: task.name,
    key,
    network: { name: base.manifest.name, space: backbone && spaceOf(backbone) },
    asked: task.options,
    pictures: task.pictures.length,
  });
  if (task.name !== undefined && run.name !== task.name) {
    o.onNote?.(`${task.name} is another run's or network's name, which stays as it is: this one is ${run.name}`);
  }
  const { data, name: _, ...rest } = task;
  const result =
    (await finished(run)) ??
    (await runProcess(
      {
        ...{ ...rest, run: run.folder, name: run.name, key, folders, limits: o.limits ?? {} },
        backend: task.backend ?? 'auto',
      },
      o,
    ).catch(async (error: unknown) => {
      // It has not begun: its name stays free.
      const isNew = !run.resumed && error instanceof PixkinError && error.code === 'device_unavailable';
      if (isNew) await rm(run.folder, { recursive: true, force: true });
      throw error;
    }));
  const network = await keepInCollection(data, run);
  const { head: bytes, ...others } = result;
  return { name: run.name, run: run.folder, network, head: decodeHead(bytes), bytes, ...others };
}

/** What can be known to be wrong before anything begins. */
async function checkTask(task: TuneTask, folders: readonly string[]): Promise<{ base: Base; key: string }> {
  const options = resolveTuneOptions(task.options);
  const base = await findBase(task.network, folders, options);
  const unfrozen = trainedLayers(base.embedding, addedLayers(base), options, new Set());
  requireGradients(splitNetwork(base.embedding, unfrozen));
  planTuning(task.pictures, [], task.options);
  const identity = {
    version: 1,
    network: spaceOf(base),
    other: base.other && spaceOf(base.other),
    pictures: fingerprintOfPictures(task.pictures),
    options,
  };
  return { base, key: createHash('sha256').update(canonicalJson(identity)).digest('hex') };
}

/** What a run ended with, where it did. */
async function finished({ folder, record }: ChosenRun): Promise<Result | null> {
  const { result, network } = placesOf(folder);
  if (record.state !== 'done' || !existsSync(network)) return null;
  return ((await readValue(result)) as Result | undefined) ?? null;
}

/** The tuned network under its name, beside the run's own, from which it could be had again; on one disk it takes no room. */
async function keepInCollection(data: string, { name, folder }: ChosenRun): Promise<string> {
  const target = join(ownModels(data), name);
  if (existsSync(target)) return target;
  const { network } = placesOf(folder);
  return withStore(data, (store) =>
    store.put(name, { replace: false }, async (draft) => {
      for (const file of await readdir(network)) {
        const [from, to] = [join(network, file), join(draft, file)];
        await link(from, to).catch(() => copyFile(from, to));
      }
    }),
  );
}

async function runProcess(order: Order, o: TuneControl): Promise<Result> {
  const { result } = await runChild<Extract<Message, { type: 'done' }>, Parameters<Tell>[0]>(
    new URL('./worker', import.meta.url),
    [Buffer.from(JSON.stringify(order))],
    {
      ...o,
      onMessage(message) {
        if (message.type === 'progress') o.onProgress?.(message.progress);
        else if (message.type === 'work') o.onWork?.(message.work);
        else o.onNote?.(message.text);
      },
      errors: {
        cancelled,
        result: 'the tuning process must send a network',
        hint: 'the same again goes on where it was; it may have run out of memory',
      },
    },
  );
  return result;
}

const cancelled = 'the training was cancelled; the same again goes on where it was';
