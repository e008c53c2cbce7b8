/**
 * A network that has a manifest already needs no translation: its files are checked and copied.
 */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PixkinError } from '../../errors.ts';
import type { Backbone } from '../backbone.ts';
import { digestOf } from '../hash.ts';
import type { Manifest } from '../manifest.ts';

/**
 * @param name what it is called in its new place
 * @throws PixkinError `backbone_invalid`: a file is missing, or the hash is not the manifest's
 */
export async function copyNetwork({ folder, manifest }: Backbone, to: string, name: string): Promise<void> {
  for (const file of filesOf(manifest)) {
    await copyFile(join(folder, file), join(to, file)).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOSPC') throw cause;
      const message = `${basename(folder)}/${file}: expected a file, as model.json says; got ${cause.code}`;
      throw new PixkinError('backbone_invalid', message, { cause });
    });
  }
  // The copy is looked at, not what was copied: it is what will be used.
  const found = await digestOf(join(to, manifest.file), 'sha256');
  if (found !== manifest.sha256) {
    const message = `${basename(folder)}/${manifest.file}: sha256 must be ${manifest.sha256}, as model.json says; got ${found}`;
    throw new PixkinError('backbone_invalid', message);
  }
  const json = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as object;
  await writeFile(join(to, 'model.json'), `${JSON.stringify({ ...json, name }, null, 2)}\n`);
}

function filesOf(manifest: Manifest): string[] {
  const { file, classes } = manifest;
  return [file, ...('config' in manifest ? [manifest.config] : []), ...(classes ? [classes.labels] : [])];
}
