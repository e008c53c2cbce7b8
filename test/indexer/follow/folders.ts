/**
 * Real folders with real files for the tests of following.
 */
import { mkdir, mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { createFollower, type FollowerOptions, type StartableFollower } from '../../../indexer/follow/follower.ts';
import type { JobRecord, Summary } from '../../../src/types.ts';
import { openTinyCollection, type TinyCollection } from './tiny-collection.ts';

/** A new folder that is removed after the test. */
export async function emptyFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'pixkin-follow-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A file that a worker of the tests takes for a picture: its content is `what`. Made an hour ago, unless `now`. */
export async function putPicture(
  folder: string,
  path: string,
  o: { what?: string; now?: boolean } = {},
): Promise<void> {
  await putFile(folder, path, `picture ${o.what ?? path} END`);
  const time = new Date(Date.now() - 3_600_000);
  if (!o.now) await utimes(join(folder, path), time, time);
}

export async function putFile(folder: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** Folder with pictures `0.jpg`, `1.jpg`, … each of its own content. */
export async function folderOf(count: number): Promise<string> {
  const folder = await emptyFolder();
  for (let n = 0; n < count; n++) await putPicture(folder, `${n}.jpg`);
  return folder;
}

export interface Following extends TinyCollection {
  readonly follower: StartableFollower;
  readonly warnings: { message: string; fields: Readonly<Record<string, unknown>> }[];
  /** Sweeps and waits for the end. */
  sweep(...names: string[]): Promise<Summary>;
  ended(job: JobRecord): Promise<JobRecord>;
  state(name: string): string;
}

/** A collection and a follower that are closed after the test. Waits are short, so that tests are. */
export function startFollowing(o: FollowerOptions = {}, catalogPath?: string): Following {
  const tiny = openTinyCollection(catalogPath);
  const warnings: Following['warnings'] = [];
  const { timing, ...rest } = o;
  const follower = createFollower(tiny.collection, {
    log: (message, fields = {}) => void warnings.push({ message, fields }),
    timing: { settle: 60, quiet: 60, poll: 100, check: 100, newFolder: 300, retries: [150, 300], ...timing },
    ...rest,
  });
  onTestFinished(async () => {
    await follower.close();
    await tiny.collection.close();
  });
  const ended = async ({ id }: JobRecord): Promise<JobRecord> => {
    for await (const event of tiny.collection.jobs.events(id)) if (event.type === 'end') return event.job;
    throw new Error('a job must end');
  };
  return {
    ...tiny,
    follower,
    warnings,
    ended,
    async sweep(...names) {
      const job = await ended(follower.sweep(names.length > 0 ? names : undefined));
      if (job.error) throw new Error(`${job.error.code}: ${job.error.message}`);
      return job.result as Summary;
    },
    state: (name) => tiny.collection.roots.get(name).state,
  };
}

/** Resolves when the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, what = String(condition)): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`this never came true: ${what}`);
    await sleep(10);
  }
}
