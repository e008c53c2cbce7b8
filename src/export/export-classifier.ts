/**
 * A trained classifier for use elsewhere: backbone, head, preprocessing and labels together.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PixkinError } from '../errors.ts';
import type { ExportFormat } from '../model/export.ts';
import { writeWholeFolder } from '../model/whole-folder.ts';
import { type Checked, checkClassifier } from './check.ts';
import { type ClassifierFacts, describeClassifier } from './describe.ts';
import { onnxFile, writeOnnxClassifier } from './onnx.ts';
import { type ClassifierParts, requireWholeClassifier } from './parts.ts';
import { type Runner, runFolder, runTfjs } from './runners.ts';
import { safetensorsFile, writeSafetensorsClassifier } from './safetensors.ts';
import { writeTfjsClassifier } from './tfjs.ts';

export type { ClassifierParts } from './parts.ts';

export interface ExportedClassifier {
  /** What the file gave against what the live classifier gives; null where nothing here can run it. */
  readonly checked: Checked | null;
  readonly notes: readonly string[];
}

/** How a written classifier is run and found. */
interface Written {
  readonly file: string;
  /** Layer or output. */
  readonly embedding: string;
  open(): Promise<Runner>;
}

/**
 * Writes a classifier into a folder, which is there whole, and agrees with the live one, or is not there at all. Beside the network are
 * `labels.txt`, a line for each, and `classifier.json`.
 * @param to a folder that is missing or empty
 * @param o.pictures files that it is tried on, besides two that are made; a few are enough
 * @throws PixkinError `usage` (the folder is not empty; an ONNX file has no other form), `other_space`, `backbone_invalid`,
 *   `export_differs`, `data_unwritable`
 */
export async function exportClassifier(
  parts: ClassifierParts,
  format: ExportFormat,
  to: string,
  o: { pictures?: readonly string[] } = {},
): Promise<ExportedClassifier> {
  requireWholeClassifier(parts);
  return writeWholeFolder(to, async (draft) => {
    const facts = describeClassifier(parts);
    const { open, ...written } = await write(parts, facts, format, draft);
    await writeFile(join(draft, 'labels.txt'), facts.labels.map((label) => `${label}\n`).join(''));
    await writeFile(join(draft, 'classifier.json'), `${JSON.stringify({ format, ...written, ...facts }, null, 2)}\n`);
    try {
      return { checked: await checkClassifier(parts, o.pictures ?? [], open), notes: [] };
    } catch (error) {
      if (!(error instanceof PixkinError) || error.code !== 'device_unavailable') throw error;
      return { checked: null, notes: [`it was not tried: ${error.message}`] };
    }
  });
}

async function write(
  parts: ClassifierParts,
  facts: ClassifierFacts,
  format: ExportFormat,
  folder: string,
): Promise<Written> {
  const { backbone } = parts;
  if (format === 'onnx') {
    await writeOnnxClassifier(parts, facts, folder);
    return { file: onnxFile, embedding: 'embedding', open: () => runFolder(folder) };
  }
  if (!('config' in backbone)) {
    const { name } = backbone.manifest;
    throw new PixkinError('usage', `--format must be onnx for ${name}, which is an ONNX file; got ${format}`);
  }
  if (format === 'safetensors') {
    const { embedding } = await writeSafetensorsClassifier(backbone, parts, facts, folder);
    return { file: safetensorsFile, embedding, open: () => runFolder(folder) };
  }
  const { embedding } = await writeTfjsClassifier(backbone, parts, folder);
  return { file: 'model.json', embedding, open: () => runTfjs(folder, embedding) };
}
