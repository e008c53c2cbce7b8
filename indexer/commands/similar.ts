import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { PixkinError, type RootRecord } from '../../src/index.ts';
import { type Client, withClient } from '../client.ts';
import type { Context } from '../context.ts';

interface Answer {
  readonly plan: { readonly mode: string; readonly candidates: number };
  readonly took_ms: number;
  readonly results: readonly {
    readonly score: number;
    readonly root: string;
    readonly image: string;
    readonly offline?: true;
  }[];
}

/** The nearest neighbours of an indexed picture, or of any file. `search`: query parameters of GET /similar. */
export function similar(
  context: Context,
  image: string,
  search: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  return withClient(context, async (client) => {
    const answer = await ask(client, image, search).catch((error: unknown) => {
      throw asUsage(error);
    });
    context.io.json(answer);
    for (const { score, root, image: name, offline } of answer.results) {
      context.io.text(`${score.toFixed(4)}  ${root}  ${name}${offline ? '  (offline)' : ''}`);
    }
    context.io.note(`${answer.plan.mode} over ${answer.plan.candidates} contents, ${answer.took_ms.toFixed(1)} ms`);
    return 0;
  });
}

/** An indexed image by that name first; `./name` and absolute paths mean the file. */
async function ask(
  client: Client,
  image: string,
  search: Readonly<Record<string, string | undefined>>,
): Promise<Answer> {
  const isFile = isAbsolute(image) || /^\.{1,2}[/\\]/.test(image);
  const indexed = isFile ? null : await orNull(get(client, { image, ...search }));
  if (indexed) return indexed;
  const path = await realpath(resolve(image)).catch(() => null);
  if (path === null) {
    if (!isFile) return get(client, { image, ...search });
    throw new PixkinError('image_not_found', `there is no file ${resolve(image)}`);
  }
  if ((await stat(path)).isDirectory()) {
    throw new PixkinError('usage', `IMAGE must be a picture; ${image} is a folder`);
  }
  const { roots } = await client.json<{ roots: RootRecord[] }>('/roots');
  for (const root of roots) {
    const inside = relative(root.path, path);
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) continue;
    const found = await orNull(get(client, { ...search, image: inside.split(sep).join('/'), root: root.name }));
    if (found) return found;
  }
  return client.json(`/similar?${parameters({ ...search, root: undefined })}`, {
    method: 'POST',
    body: await readFile(path),
    headers: { 'content-type': 'application/octet-stream' },
  });
}

/** What the server finds wrong with a parameter is a flag of this command line. */
function asUsage(error: unknown): unknown {
  if (!(error instanceof PixkinError) || error.code !== 'invalid_request') return error;
  const message = error.message.replace(/^(k|offset|min_score|root|crop)\b/, (name) =>
    name === 'k' ? '-k' : `--${name.replace('_', '-')}`,
  );
  return new PixkinError('usage', message, { cause: error });
}

const get = (client: Client, search: Readonly<Record<string, string | undefined>>): Promise<Answer> =>
  client.json(`/similar?${parameters(search)}`);

/** Null where nothing by that name is indexed yet. */
async function orNull(answer: Promise<Answer>): Promise<Answer | null> {
  return answer.catch((error: unknown) => {
    const code = error instanceof PixkinError ? error.code : undefined;
    if (code === 'image_not_found' || code === 'image_pending') return null;
    throw error;
  });
}

function parameters(search: Readonly<Record<string, string | undefined>>): URLSearchParams {
  return new URLSearchParams(Object.entries(search).filter((pair): pair is [string, string] => pair[1] !== undefined));
}
