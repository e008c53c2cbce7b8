import { resolve } from 'node:path';
import { PixkinError, type RootRecord, type Summary } from '../../src/index.ts';
import { type Client, withClient } from '../client.ts';
import type { Context } from '../context.ts';
import { followJob } from '../job.ts';
import { showSummary, warnOfRoots } from './summary.ts';

/** Remembers folders; their names. `name` goes with one folder only; `sweep` false: the caller starts one. */
export async function addRoots(
  client: Client,
  folders: readonly string[],
  { name, sweep = true }: { name?: string; sweep?: boolean },
): Promise<string[]> {
  if (name !== undefined && folders.length !== 1) {
    throw new PixkinError('usage', `--name names one folder; got ${folders.length} folders`);
  }
  const names: string[] = [];
  for (const folder of folders) {
    const root = await client.post<RootRecord>('/roots', {
      path: resolve(folder),
      sweep,
      ...(name !== undefined && { name }),
    });
    names.push(root.name);
  }
  return names;
}

export function listRoots(context: Context): Promise<number> {
  return withClient(context, async (client) => {
    const { roots } = await client.json<{ roots: RootRecord[] }>('/roots');
    for (const root of roots) show(context, root);
    if (roots.length === 0) context.io.text('no folder is followed: indexer index DIR follows one');
    return 0;
  });
}

export function addRoot(context: Context, folder: string, name?: string): Promise<number> {
  return withClient(context, async (client) => {
    const [added] = await addRoots(client, [folder], name === undefined ? {} : { name });
    const { roots } = await client.json<{ roots: RootRecord[] }>('/roots');
    for (const root of roots) if (root.name === added) show(context, root);
    return 0;
  });
}

export function removeRoot(context: Context, name: string): Promise<number> {
  return withClient(context, async (client) => {
    await client.json(at(name), { method: 'DELETE' });
    context.io.json({ type: 'root_removed', name });
    context.io.text(`${name} is not followed any more; its embeddings are kept for the grace time`);
    return 0;
  });
}

export function renameRoot(context: Context, name: string, to: string): Promise<number> {
  return withClient(context, async (client) => {
    show(context, await client.send('PATCH', at(name), { name: to }));
    return 0;
  });
}

/** The same folder at another place, and one sweep over it. */
export function relocateRoot(context: Context, name: string, folder: string): Promise<number> {
  return withClient(context, async (client) => {
    show(context, await client.send('PATCH', at(name), { path: resolve(folder) }));
    const job = await client.post<{ id: string }>('/jobs', { kind: 'index', roots: [name] });
    showSummary(context, (await followJob(context, client, job.id)) as Summary);
    await warnOfRoots(context, client, [name]);
    return 0;
  });
}

/** Lets the removals happen that a sweep holds. */
export function confirmRoot(context: Context, name: string): Promise<number> {
  return withClient(context, async (client) => {
    const job = await client.post<{ id: string }>(`${at(name)}/confirm`, {});
    showSummary(context, (await followJob(context, client, job.id)) as Summary);
    return 0;
  });
}

const at = (name: string): string => `/roots/${encodeURIComponent(name)}`;

function show({ io }: Context, root: RootRecord): void {
  io.json(root);
  const held = root.held > 0 ? `  ${root.held} removals wait for: indexer roots confirm ${root.name}` : '';
  io.text(`${root.name}  ${root.state}  ${root.images} images  ${root.path}${held}`);
}
