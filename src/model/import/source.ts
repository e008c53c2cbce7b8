/**
 * What lies at a path that is to be imported: weights with or without their topology, or a network that only needs copying.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PixkinError } from '../../errors.ts';
import { type Backbone, loadBackbone } from '../backbone.ts';
import type { WeightsFile } from '../network.ts';
import { openWeights } from '../weights/index.ts';

export type Source =
  /** A folder with a manifest of ours: an ONNX file, or a network that was exported. */
  | { readonly kind: 'network'; readonly backbone: Backbone }
  /** Open; to be closed. `topology`: Keras' JSON, where there is one, and what errors call it. */
  | {
      readonly kind: 'weights';
      readonly file: WeightsFile;
      readonly label: string;
      readonly topology: { readonly json: unknown; readonly label: string } | undefined;
    };

/**
 * @param path a file or a folder, absolute
 * @param topology a file with Keras' JSON (`model.to_json()`), which goes before what the weights bring
 * @throws PixkinError `backbone_not_found`, `backbone_invalid`
 */
export async function openSource(path: string, topology?: string): Promise<Source> {
  const folder = (await isFolder(path)) ? path : dirname(path);
  if (await isNetwork(path, folder)) return { kind: 'network', backbone: await loadBackbone(folder) };
  const weights = folder === path ? await weightsIn(path) : path;
  if (/\.onnx$/i.test(weights)) {
    throw new PixkinError('backbone_invalid', `${basename(weights)}: expected a model.json beside it; there is none`, {
      hint: 'it says size, colours, normalisation and output, which an ONNX file does not: see the README',
    });
  }
  const beside = topology ?? (/\.safetensors$/i.test(weights) ? await fileOrNot(folder, 'config.json') : undefined);
  const given = beside === undefined ? undefined : { json: await readJson(beside), label: basename(beside) };
  const file = await openWeights(weights);
  const own = file.topology === undefined ? undefined : { json: file.topology, label: basename(weights) };
  return { kind: 'weights', file, label: basename(weights), topology: given ?? own };
}

/** Whether a folder, its model.json or the file that it names is meant, and it is a manifest of ours: TensorFlow.js' has another shape. */
async function isNetwork(path: string, folder: string): Promise<boolean> {
  const manifest = await fileOrNot(folder, 'model.json');
  const json = manifest === undefined ? undefined : await readJson(manifest).catch(() => undefined);
  if (typeof json !== 'object' || json === null || !('file' in json)) return false;
  return [folder, manifest, join(folder, String(json.file))].includes(path);
}

async function weightsIn(folder: string): Promise<string> {
  for (const name of ['model.json', 'weights.safetensors', 'model.safetensors', 'model.weights.h5']) {
    const file = await fileOrNot(folder, name);
    if (file !== undefined) return file;
  }
  throw new PixkinError(
    'backbone_not_found',
    `${basename(folder)}: expected a folder with a model.json; there is none`,
  );
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new PixkinError('backbone_invalid', `${basename(path)}: expected JSON; ${(cause as Error).message}`, {
      cause,
    });
  }
}

async function fileOrNot(folder: string, name: string): Promise<string | undefined> {
  const path = join(folder, name);
  return stat(path).then(
    (found) => (found.isFile() ? path : undefined),
    () => undefined,
  );
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
