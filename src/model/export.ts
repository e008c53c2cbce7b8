/**
 * A network for use elsewhere: as an ONNX file with a manifest, as TensorFlow.js has it, or as it lies here.
 */
import { createHash } from 'node:crypto';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PixkinError } from '../errors.ts';
import type { Backbone } from './backbone.ts';
import { compileBackbone } from './compile.ts';
import { copyNetwork } from './import/copy.ts';
import type { OnnxManifest } from './manifest.ts';
import { withNetwork } from './saved.ts';
import { writeTfjs } from './to-tfjs/write.ts';
import { writeWholeFolder } from './whole-folder.ts';

/** `onnx`: what indexes, preprocessing inside. `tfjs`: the whole network for `tf.loadLayersModel`. `safetensors`: as it is kept here. */
export const exportFormats = ['onnx', 'tfjs', 'safetensors'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/**
 * Writes a network into a folder, which is there whole or not at all. What has a manifest can be used as a backbone there.
 * @param to a folder that is missing or empty
 * @throws PixkinError `usage` (the folder is not empty; an ONNX file has no other form), `backbone_invalid`, `data_unwritable`
 */
export async function exportNetwork(backbone: Backbone, format: ExportFormat, to: string): Promise<void> {
  await writeWholeFolder(to, (draft) => write(backbone, format, draft));
}

async function write(backbone: Backbone, format: ExportFormat, folder: string): Promise<void> {
  const { manifest } = backbone;
  const isOnnx = !('config' in backbone);
  if (format === (isOnnx ? 'onnx' : 'safetensors')) return copyNetwork(backbone, folder, manifest.name);
  if (isOnnx)
    throw new PixkinError('usage', `--format must be onnx for ${manifest.name}, which is an ONNX file; got ${format}`);
  if (format === 'onnx') return writeOnnx(backbone, folder);
  await withNetwork(backbone, (network) => writeTfjs(network, folder));
}

async function writeOnnx(backbone: Backbone, folder: string): Promise<void> {
  const { name, licence, source, resize, output, classes } = backbone.manifest;
  const compiled = await compileBackbone(backbone, { classes: true });
  const file = 'model.onnx';
  const manifest: OnnxManifest = {
    ...{ name, file, sha256: createHash('sha256').update(compiled.bytes).digest('hex'), licence, source },
    ...{ input: compiled.input, resize },
    output: { ...compiled.output, pooling: output.pooling },
    ...(compiled.classes && classes && { classes: { ...compiled.classes, labels: classes.labels } }),
  };
  await writeFile(join(folder, file), compiled.bytes);
  if (manifest.classes)
    await copyFile(join(backbone.folder, manifest.classes.labels), join(folder, manifest.classes.labels));
  await writeFile(join(folder, 'model.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
