/**
 * The names of a network's classes: a file with a line for each, `id TAB name` or a name alone, in the order of its output.
 */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PixkinError } from '../../errors.ts';
import { shippedModels } from '../../files.ts';

/** The 1,000 classes of ImageNet, with their wnids. */
export const imagenetLabels = join(shippedModels, 'efficientnet-lite0', 'labels.tsv');

/**
 * A labels file as it is stored: `id TAB name` lines. A name alone is its own id.
 * @param classes how many the network has
 * @throws PixkinError `usage` where it cannot be read or names another number of classes
 */
export async function readLabels(path: string, classes: number): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new PixkinError('usage', `--labels must name a file; ${path}: ${cause.code}`, { cause });
  });
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  while (lines.at(-1)?.trim() === '') lines.pop();
  if (lines.length !== classes) {
    const message = `--labels must name ${classes} classes, a line for each; ${basename(path)} has ${lines.length}`;
    throw new PixkinError('usage', message);
  }
  return lines.map((line, i) => `${asStored(line, `${basename(path)}:${i + 1}`)}\n`).join('');
}

function asStored(line: string, place: string): string {
  const fields = line.split('\t').map((field) => field.trim());
  const [id, name = id] = fields;
  if (id && name && fields.length <= 2) return `${id}\t${name}`;
  throw new PixkinError('usage', `${place}: expected a name, or an id, a tab and a name; got ${JSON.stringify(line)}`);
}
