/**
 * A classifier's own `model.json`: its folder is a network with classes for pixkin, too.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KerasManifest, OnnxManifest } from '../model/manifest.ts';
import { type ClassifierParts, outLabels } from './parts.ts';

/** `id TAB name` lines, as manifests want them. */
export const labelsFile = 'labels.tsv';

type Own = 'name' | 'licence' | 'source' | 'resize';

/** Writes `model.json` and the labels that it names. */
export async function writeManifest(
  folder: string,
  { backbone, head }: ClassifierParts,
  rest: Omit<OnnxManifest, Own> | Omit<KerasManifest, Own>,
): Promise<void> {
  const { name, licence, source, resize } = backbone.manifest;
  const manifest = { name: `${name.slice(0, 53)}-classifier`, licence, source, resize, ...rest };
  await writeFile(
    join(folder, labelsFile),
    outLabels(head)
      .labels.map((label) => `${label}\t${label}\n`)
      .join(''),
  );
  await writeFile(join(folder, 'model.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
