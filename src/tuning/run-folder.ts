/**
 * `data/runs/<name>/`: a run's options, log, checkpoints, and what it ended with.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PixkinError } from '../errors.ts';
import { shippedModels } from '../files.ts';
import { ownModels } from '../model/store.ts';
import type { TuneOptions } from './options.ts';
import type { TunePicture } from './task.ts';
import { readJson, writeJson } from './whole-file.ts';

export const ownRuns = (data: string): string => join(data, 'runs');

/** `run.json`. */
export interface RunRecord {
  readonly version: 1;
  readonly name: string;
  readonly state: 'running' | 'done';
  /** Milliseconds since 1970. */
  readonly begun: number;
  readonly ended: number | null;
  /** Of the network, the pictures and the options: a run goes on where all are the same. */
  readonly key: string;
  /** Name and space of the network that it began with; from scratch no space. */
  readonly network: { readonly name: string; readonly space: string | null };
  readonly asked: TuneOptions;
  readonly pictures: number;
  /** What is known once it runs. */
  readonly labels?: readonly string[];
  readonly options?: object;
  readonly runtime?: string;
  readonly split?: Readonly<Record<'train' | 'validation' | 'test', readonly string[]>>;
}

/** Files and folders of a run. */
export function placesOf(run: string) {
  return {
    record: join(run, 'run.json'),
    log: join(run, 'log.jsonl'),
    checkpoints: join(run, 'checkpoints'),
    /** What frozen layers give; gone when the run is done. */
    cache: join(run, 'cache'),
    /** The tuned network. */
    network: join(run, 'network'),
    result: join(run, 'result'),
  };
}

export interface ChosenRun {
  readonly name: string;
  readonly folder: string;
  /** An earlier process began it with the same network, pictures and options. */
  readonly resumed: boolean;
  readonly record: RunRecord;
}

const validName = /^[A-Za-z0-9][\w.-]{0,63}$/;
const longest = 58; // leaves room for a number

/**
 * The run that is to go on, or a new folder: one of another run, or the name of another network, is never touched.
 * @throws PixkinError `invalid_request`: not a name
 */
export async function chooseRun(
  data: string,
  o: Pick<RunRecord, 'key' | 'network' | 'asked' | 'pictures'> & { name?: string | undefined },
): Promise<ChosenRun> {
  const { name: wanted = `${o.network.name.slice(0, longest - 6)}-tuned`, ...rest } = o;
  if (!validName.test(wanted)) {
    const expected = '1 to 64 letters, digits, dots, hyphens or underscores';
    throw new PixkinError('invalid_request', `a run's name must be ${expected}; got '${wanted}'`);
  }
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted.slice(0, longest)}-${n}`;
    const folder = join(ownRuns(data), name);
    const found = (await readJson(placesOf(folder).record)) as RunRecord | undefined;
    if (found?.version === 1 && found.key === o.key) return { name, folder, resumed: true, record: found };
    if (existsSync(folder) && !(await isAbandoned(folder))) continue;
    if ([shippedModels, ownModels(data)].some((place) => existsSync(join(place, name)))) continue;
    const record: RunRecord = { version: 1, name, state: 'running', begun: Date.now(), ended: null, ...rest };
    await mkdir(folder, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
      throw new PixkinError('data_unwritable', `the data folder must be writable; got ${cause.code}`, { cause });
    });
    await writeJson(placesOf(folder).record, record);
    return { name, folder, resumed: false, record };
  }
}

/** A process died after it made the folder and before it had written anything. */
async function isAbandoned(folder: string): Promise<boolean> {
  await rm(`${placesOf(folder).record}.tmp`, { force: true });
  return (await readdir(folder)).length === 0;
}

/** Adds to `run.json` of a run. */
export async function describeRun(path: string, more: Partial<RunRecord>): Promise<void> {
  await writeJson(path, { ...((await readJson(path)) as RunRecord), ...more });
}

/** SHA-256 of what a run learns from, 64 lower-case hexadecimal digits: the order counts. */
export function fingerprintOfPictures(pictures: readonly TunePicture[]): string {
  const rows = pictures.map(({ content, label, phash, split }) => [content, label, phash, split ?? null]);
  return createHash('sha256')
    .update(JSON.stringify({ version: 1, rows }))
    .digest('hex');
}
