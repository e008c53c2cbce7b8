/**
 * How a command asks about a picture: by its name where it is indexed, else with the bytes of the file.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { PixkinError, type RootRecord } from '../src/index.ts';
import type { Client } from './client.ts';

/** Query parameters; undefined ones are left out, those with a list are given once for each. */
export type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * An indexed image by that name first; `./name` and absolute paths mean the file.
 * @param path of a route that takes `GET ?image=&root=` and the bytes of a picture by `POST`
 * @throws PixkinError `image_not_found`, `usage` for a folder, `unreadable`, and what the answer holds
 */
export async function askAbout<T>(client: Client, path: string, image: string, given: Parameters): Promise<T> {
  const get = (more: Parameters): Promise<T> => client.json(`${path}?${searchOf({ ...given, ...more })}`);
  const answer = await askIndexed(client, image, get);
  if ('found' in answer) return answer.found;
  const { file } = answer;
  const body = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new PixkinError('unreadable', `the file ${file} cannot be read (${cause.code})`, { cause });
  });
  return client.json(`${path}?${searchOf({ ...given, root: undefined })}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/octet-stream' },
  });
}

/** The id of an indexed image, by its name or its file. Throws `image_not_found` and as `askAbout` does. */
export async function findImage(client: Client, image: string, root: string | undefined): Promise<number> {
  type Answer = { readonly images: readonly { readonly id: number }[] };
  const get = (more: Parameters): Promise<Answer> => client.json(`/images?${searchOf({ root, ...more })}`);
  const answer = await askIndexed(client, image, get);
  if ('found' in answer) return answer.found.images[0]!.id;
  throw new PixkinError('image_not_found', `${answer.file} is not indexed`, {
    hint: 'indexer index DIR indexes the folder that it lies in',
  });
}

/**
 * What is answered about an indexed image, else the file that is meant.
 * @param get asks with `image`, and `root` where that is known by the file's place
 */
async function askIndexed<T>(
  client: Client,
  image: string,
  get: (where: Parameters) => Promise<T>,
): Promise<{ readonly found: T } | { readonly file: string }> {
  const isFile = isAbsolute(image) || /^\.{1,2}[/\\]/.test(image);
  const indexed = isFile ? null : await orNull(get({ image }));
  if (indexed) return { found: indexed };
  const file = await realpath(resolve(image)).catch(() => null);
  if (file === null) {
    if (!isFile) return { found: await get({ image }) };
    throw new PixkinError('image_not_found', `there is no file ${resolve(image)}`);
  }
  if ((await stat(file)).isDirectory()) {
    throw new PixkinError('usage', `IMAGE must be a picture; ${image} is a folder`);
  }
  const { roots } = await client.json<{ roots: RootRecord[] }>('/roots');
  for (const root of roots) {
    const inside = relative(root.path, file);
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) continue;
    const found = await orNull(get({ image: inside.split(sep).join('/'), root: root.name }));
    if (found) return { found };
  }
  return { file };
}

/**
 * What the server finds wrong with a parameter is a flag of the command line.
 * @param flags which parameters are flags, and how those are written that are not `--its-name`
 */
export function asUsage(error: unknown, flags: Readonly<Record<string, string | null>>): unknown {
  if (!(error instanceof PixkinError) || error.code !== 'invalid_request') return error;
  const message = error.message.replace(/^\w+/, (name) =>
    Object.hasOwn(flags, name) ? (flags[name] ?? `--${name.replaceAll('_', '-')}`) : name,
  );
  return new PixkinError('usage', message, { ...(error.hint !== undefined && { hint: error.hint }), cause: error });
}

/** Null where nothing by that name is indexed yet. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  return answer.catch((error: unknown) => {
    const code = error instanceof PixkinError ? error.code : undefined;
    if (code === 'image_not_found' || code === 'image_pending') return null;
    throw error;
  });
}

function searchOf(given: Parameters): URLSearchParams {
  return new URLSearchParams(
    Object.entries(given).flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one])),
  );
}
