import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type LabelImport, PixkinError } from '../../../src/index.ts';
import type { Context } from '../../context.ts';
import { ask, countImages, type Flags } from './ask.ts';

/** Lines that are told of on a terminal; all of them with `--json`. */
const mostShown = 20;

/** The exit code is 3 where a line was not applied. */
export function importCsv(context: Context, [file]: string[], { root }: Flags): Promise<number> {
  const { io } = context;
  return ask(context, async (client) => {
    const body = await readFile(file!).catch((cause: NodeJS.ErrnoException) => {
      throw new PixkinError('usage', `FILE must be a CSV; ${file} cannot be read (${cause.code})`, { cause });
    });
    const search = new URLSearchParams({ name: basename(file!), ...(typeof root === 'string' && { root }) });
    const headers = { 'content-type': 'text/csv' };
    const answer = await client.json<LabelImport>(`/labels/import?${search}`, { method: 'POST', body, headers });
    const { lines, applied, changed, skipped } = answer;
    io.json({ type: 'imported', ...answer });
    io.text(`${applied} of ${lines} lines applied, changed: ${countImages(changed)}`);
    for (const { line, path, label, reason } of skipped.slice(0, mostShown)) {
      io.text(`line ${line}: ${path},${label}: ${why[reason]}`);
    }
    if (skipped.length > mostShown) io.text(`and ${skipped.length - mostShown} lines more (--json has them all)`);
    return skipped.length > 0 ? 3 : 0;
  });
}

const why: Readonly<Record<LabelImport['skipped'][number]['reason'], string>> = {
  not_found: 'no indexed picture has that name',
  quarantined: 'that picture is in quarantine',
  ambiguous: 'several pictures have that name',
  contradicted: 'another line says something else of the same bytes',
};

export function exportCsv(context: Context, [file]: string[], { root }: Flags): Promise<number> {
  const { io } = context;
  return ask(context, async (client) => {
    const csv = await client.text(
      `/labels/export${typeof root === 'string' ? `?${new URLSearchParams({ root })}` : ''}`,
    );
    if (file === undefined && io.isJson) throw new PixkinError('usage', 'FILE must be given with --json');
    if (file === undefined) {
      io.text(csv.trimEnd());
      return 0;
    }
    await writeFile(file, csv).catch((cause: NodeJS.ErrnoException) => {
      throw new PixkinError('usage', `FILE must be a file that can be written; ${file}: ${cause.code}`, { cause });
    });
    io.json({ type: 'exported', file });
    io.note(`written: ${file}`);
    return 0;
  });
}
