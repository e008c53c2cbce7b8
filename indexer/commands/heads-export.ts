/**
 * `indexer heads export`: a head with its network, for use elsewhere.
 */
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import {
  type ExportFormat,
  exportClassifier,
  exportFormats,
  findClassifier,
  modelFoldersOf,
  PixkinError,
  type SpaceRecord,
} from '../../src/index.ts';
import type { Client } from '../client.ts';
import type { Context } from '../context.ts';
import type { AddCommand, Flags } from './add.ts';
import { ask, at } from './heads/ask.ts';
import type { HeadLine } from './heads/head.ts';

/** Pictures of the collection that the written file is tried on. */
const tried = 4;

export function addHeadsExport(heads: Command, add: AddCommand): void {
  add(heads, 'export <id>', 'write it with its network, for use elsewhere', [], exportHead)
    .addOption(new Option('--format <format>', 'which form').choices(exportFormats).makeOptionMandatory())
    .requiredOption('--out <dir>', 'a new folder');
}

async function exportHead(context: Context, [id]: string[], flags: Flags): Promise<number> {
  const { config, io } = context;
  const { format, out } = flags as { format: ExportFormat; out: string };
  const folder = resolve(out);
  return ask(context, async (client) => {
    const place = await at(client, id!);
    const head = await client.json<HeadLine>(place);
    const space = await spaceOf(client, head);
    const projection = space.base === null ? undefined : await client.bytes(`${place}/projection`);
    const folders = modelFoldersOf(config.data);
    const parts = await findClassifier(await client.bytes(`${place}/file`), space, folders, projection);
    const { checked, notes } = await exportClassifier(parts, format, folder, { pictures: await someOf(client) });
    io.json({ type: 'exported', head: head.id, backbone: head.backbone, format, folder, checked, notes });
    io.text(`head ${head.id} over ${head.backbone} as ${format}: ${folder}`);
    for (const note of notes) io.note(note);
    if (checked) {
      const { pictures, difference } = checked;
      io.text(`tried on ${pictures} pictures: probabilities as here, to ${difference.toExponential(0)}`);
    }
    return 0;
  });
}

async function spaceOf(client: Client, head: HeadLine): Promise<SpaceRecord> {
  const { spaces } = await client.json<{ spaces: SpaceRecord[] }>('/spaces');
  const found = spaces.find((space) => space.id === head.space);
  if (found) return found;
  throw new PixkinError('space_not_found', `the space of head ${head.id}, ${head.space}, is gone`);
}

/** Files of the first images. */
async function someOf(client: Client): Promise<string[]> {
  const { images } = await client.json<{ images: { root: string; image: string }[] }>(`/images?limit=${tried}`);
  const { roots } = await client.json<{ roots: { name: string; path: string }[] }>('/roots');
  const paths = new Map(roots.map(({ name, path }) => [name, path]));
  return images.flatMap(({ root, image }) => {
    const path = paths.get(root);
    return path === undefined ? [] : [join(path, image)];
  });
}
