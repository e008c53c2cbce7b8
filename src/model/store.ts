/**
 * The networks that a collection has for itself: `D/models/<name>/`, beside those that ship with pixkin. A folder is there
 * whole or not at all: it is written in `D/models/.work/` and renamed.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PixkinError } from '../errors.ts';
import { shippedModels } from '../files.ts';
import { acquireLock } from '../lock.ts';
import { isDiskFull, noRoom } from './disk.ts';

/** Where a collection's own networks lie. */
export const ownModels = (data: string): string => join(data, 'models');

/** Where networks are looked for by name; no name is in both. */
export const modelFoldersOf = (data: string): readonly string[] => [shippedModels, ownModels(data)];

const validName = /^[A-Za-z0-9][\w.-]{0,63}$/;

/** Has no model.json, so nobody takes it for a network. */
const workplace = (data: string): string => join(ownModels(data), '.work');

/** What a network is called while another one gets its name; drafts begin otherwise. */
const replaced = 'old-';

export interface Store {
  /** What is being downloaded lies here, over several runs. */
  readonly downloads: string;
  /**
   * A new network: `write` fills an empty folder, which then gets its name.
   * @throws PixkinError `backbone_exists`, `data_unwritable`, and what `write` throws; then nothing has changed
   */
  put(name: string, o: { replace: boolean }, write: (folder: string) => Promise<void>): Promise<string>;
}

/**
 * Opens the store for writing and closes it again. It has one writer at a time; readers need none of this.
 * @throws PixkinError `busy`, `data_unwritable`
 */
export async function withStore<T>(data: string, work: (store: Store) => Promise<T>): Promise<T> {
  const place = workplace(data);
  const downloads = join(place, 'downloads');
  const lock = await mkdir(downloads, { recursive: true })
    .then(() => acquireLock(place))
    .catch((cause: Error) => {
      throw new PixkinError('data_unwritable', `the data folder ${data} cannot be written: ${cause.message}`, {
        hint: 'choose another with --data or PIXKIN_DATA',
        cause,
      });
    });
  if (!lock) {
    throw new PixkinError(
      'busy',
      `another process is bringing a network into ${ownModels(data)}; try again when it is done`,
    );
  }
  try {
    await recover(data);
    return await work({ downloads, put: (name, o, write) => put(data, name, o.replace, write) });
  } finally {
    lock.release();
  }
}

/** @throws PixkinError `usage`, `backbone_exists`: the name cannot be given to a new network */
export function requireFreeName(data: string, name: string, o: { replace: boolean }): void {
  if (!validName.test(name)) {
    throw new PixkinError(
      'usage',
      `a network's name must be 1 to 64 letters, digits, dots, hyphens or underscores; got '${name}'`,
    );
  }
  if (existsSync(join(shippedModels, name))) {
    throw new PixkinError('backbone_exists', `${name} ships with pixkin`, { hint: '--name gives another name' });
  }
  if (!o.replace && existsSync(join(ownModels(data), name))) {
    throw new PixkinError('backbone_exists', `there is a network ${name} already`, {
      hint: '--replace puts the new one in its place, --name gives another name',
    });
  }
}

async function put(
  data: string,
  name: string,
  replace: boolean,
  write: (folder: string) => Promise<void>,
): Promise<string> {
  requireFreeName(data, name, { replace });
  const drafts = join(workplace(data), 'drafts');
  const target = join(ownModels(data), name);
  try {
    await mkdir(drafts, { recursive: true });
    const draft = await mkdtemp(join(drafts, 'new-'));
    await write(draft);
    if (existsSync(target)) await rename(target, join(drafts, `${replaced}${name}`));
    await rename(draft, target);
    return target;
  } catch (error) {
    throw isDiskFull(error) ? noRoom(ownModels(data), `network ${name} could not be written`, error) : error;
  } finally {
    await recover(data);
  }
}

/** Puts back what was to be replaced and was not, and throws away what was not finished; a killed process may have left both. */
async function recover(data: string): Promise<void> {
  const drafts = join(workplace(data), 'drafts');
  for (const entry of await readdir(drafts).catch(() => [])) {
    const target = join(ownModels(data), entry.slice(replaced.length));
    if (entry.startsWith(replaced) && !existsSync(target)) await rename(join(drafts, entry), target);
  }
  await rm(drafts, { recursive: true, force: true });
}

/** The names of a collection's own networks, sorted; also of those whose manifest is damaged. */
export async function ownNames(data: string): Promise<string[]> {
  const entries = await readdir(ownModels(data), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}
