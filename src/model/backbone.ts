/**
 * A backbone is a folder with a manifest and the files of a network: found by name or path, and trusted only by its hash.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { PixkinError } from '../errors.ts';
import type { ResizeSpec } from '../types.ts';
import { checkManifest, otherOutput } from './embedding.ts';
import { normaliseConfig } from './keras-config.ts';
import { type KerasManifest, type Manifest, type OnnxManifest, parseManifest } from './manifest.ts';
import type { NetworkConfig } from './network.ts';
import type { Pooling } from './truncate.ts';

const MANIFEST = 'model.json';

/** An ONNX file, known by its manifest; the file was not looked at. */
export interface OnnxBackbone {
  /** Absolute. */
  readonly folder: string;
  readonly manifest: OnnxManifest;
}

/** A topology with weights, which were not looked at. */
export interface KerasBackbone {
  /** Absolute. */
  readonly folder: string;
  readonly manifest: KerasManifest;
  /** The whole network. */
  readonly config: NetworkConfig;
}

/** A network of either kind: `'config' in backbone` tells which. Plain data: it can be sent to a worker. */
export type Backbone = OnnxBackbone | KerasBackbone;

/**
 * Reads and checks `model.json` of a folder, and the topology where there is one; weights and ONNX files are not touched.
 * @throws PixkinError `backbone_not_found` (there is no model.json), `backbone_invalid` (says which field, or which layer)
 */
export async function loadBackbone(folder: string): Promise<Backbone> {
  const absolute = resolve(folder);
  const name = basename(absolute);
  const text = await readText(join(absolute, MANIFEST));
  const label = `${name}/${MANIFEST}`;
  if (text === undefined) throw new PixkinError('backbone_not_found', `expected ${label}; there is no such file`);
  const parsed = parseManifest(parseJson(text, label));
  if ('problems' in parsed) throw new PixkinError('backbone_invalid', `${label}: ${parsed.problems.join('; ')}`);
  const { manifest } = parsed;
  if (!('config' in manifest)) return { folder: absolute, manifest };
  const topology = await readText(join(absolute, manifest.config));
  const topologyLabel = `${name}/${manifest.config}`;
  if (topology === undefined) {
    throw new PixkinError('backbone_invalid', `${topologyLabel}: expected the topology; there is no such file`);
  }
  const config = normaliseConfig(parseJson(topology, topologyLabel), topologyLabel);
  checkManifest({ manifest, config }, label);
  return { folder: absolute, manifest, config };
}

/**
 * A backbone by its name in one of `modelFolders`, or by the path of its own folder; a name goes before a path.
 * @throws PixkinError `backbone_not_found` (says which names there are), and what `loadBackbone` throws
 */
export async function findBackbone(nameOrFolder: string, modelFolders: readonly string[]): Promise<Backbone> {
  const isName = !/[/\\]/.test(nameOrFolder) && !/^\.{0,2}$/.test(nameOrFolder);
  const named = isName ? modelFolders.map((folder) => join(folder, nameOrFolder)) : [];
  const candidates = nameOrFolder === '' ? [] : [...named, resolve(nameOrFolder)];
  for (const folder of candidates) {
    if ((await readText(join(folder, MANIFEST))) !== undefined) return loadBackbone(folder);
  }
  const [names, { architectures }] = await Promise.all([
    backboneNames(modelFolders),
    import('./architectures/index.ts'),
  ]);
  throw new PixkinError(
    'backbone_not_found',
    `backbone must be one of ${names.join(', ') || '(none is installed)'}, or a folder with a ${MANIFEST}; got '${nameOrFolder}'`,
    architectures.has(nameOrFolder) ? { hint: `indexer models pull ${nameOrFolder} brings it` } : {},
  );
}

/** The names that `findBackbone` knows, sorted; a folder that is missing holds none. */
export async function backboneNames(modelFolders: readonly string[]): Promise<string[]> {
  const names = new Set<string>();
  for (const folder of modelFolders) {
    for (const entry of await readdir(folder).catch(() => [])) {
      if ((await readText(join(folder, entry, MANIFEST))) !== undefined) names.add(entry);
    }
  }
  return [...names].sort();
}

/**
 * The same network, cut after another layer or pooled in another way, as `otherOutput` says; the dimension is computed.
 * @throws PixkinError `invalid_request`: what `otherOutput` throws, or it is an ONNX file, which cannot be cut
 */
export function withOutput(backbone: Backbone, o: { layer?: string; pooling?: Pooling }): Backbone {
  if (o.layer === undefined && o.pooling === undefined) return backbone;
  if ('config' in backbone) {
    const { manifest } = backbone;
    return { ...backbone, manifest: { ...manifest, output: otherOutput(backbone, o) } };
  }
  const { name, output } = backbone.manifest;
  if (o.layer === undefined && o.pooling === output.pooling) return backbone;
  const asked = [o.layer !== undefined && `cut ${o.layer}`, o.pooling && `pooling ${o.pooling}`].filter(Boolean);
  throw new PixkinError(
    'invalid_request',
    `${name} is an ONNX file, whose output is what it is (pooling ${output.pooling}); got ${asked.join(' and ')}`,
  );
}

/**
 * The bytes of the file that a manifest pins, read once and hashed, so that what is checked is what is loaded.
 * @throws PixkinError `backbone_invalid`: it cannot be read, or its SHA-256 is not the manifest's
 */
export async function readVerifiedModel({
  folder,
  manifest,
}: Pick<Backbone, 'folder' | 'manifest'>): Promise<Uint8Array> {
  const { file, sha256 } = manifest;
  const label = `${basename(folder)}/${file}`;
  const bytes = await readFile(join(folder, file)).catch((cause: NodeJS.ErrnoException) => {
    throw new PixkinError('backbone_invalid', `${label}: expected the file of the network; got ${cause.code}`, {
      cause,
    });
  });
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found === sha256) return bytes;
  throw new PixkinError('backbone_invalid', `${label}: sha256 must be ${sha256}, as ${MANIFEST} says; got ${found}`);
}

/** The resizing that a backbone's pictures need, in the form that the decoder takes. */
export function resizeSpec({ input, resize }: Manifest): ResizeSpec {
  const { policy, kernel, fraction } = resize;
  const { width, height } = input;
  return { width, height, policy, kernel, ...(fraction === undefined ? {} : { fraction }) };
}

function parseJson(text: string, label: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PixkinError('backbone_invalid', `${label}: expected JSON; ${(cause as Error).message}`, { cause });
  }
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
