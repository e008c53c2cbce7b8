/**
 * A backbone is a folder with a manifest and the file of a network: found by name or path, and trusted only by its hash.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { PixkinError } from '../errors.ts';
import type { ResizeSpec } from '../types.ts';
import { type Manifest, manifestSchema } from './manifest.ts';

const MANIFEST = 'model.json';

/** A network that is known by its manifest; its file was not looked at. Plain data: it can be sent to a worker. */
export interface Backbone {
  /** Absolute. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/**
 * Reads and checks `model.json` of a folder; the file of the network is not touched.
 * @throws PixkinError `backbone_not_found` (there is no model.json), `backbone_invalid` (says which field)
 */
export async function loadBackbone(folder: string): Promise<Backbone> {
  const absolute = resolve(folder);
  const text = await readText(join(absolute, MANIFEST));
  const label = `${basename(absolute)}/${MANIFEST}`;
  if (text === undefined) throw new PixkinError('backbone_not_found', `expected ${label}; there is no such file`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new PixkinError('backbone_invalid', `${label}: expected JSON; ${(cause as Error).message}`, { cause });
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return { folder: absolute, manifest: parsed.data };
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`);
  throw new PixkinError('backbone_invalid', `${label}: ${problems.join('; ')}`);
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
  const names = await backboneNames(modelFolders);
  throw new PixkinError(
    'backbone_not_found',
    `backbone must be one of ${names.join(', ') || '(none is installed)'}, or a folder with a ${MANIFEST}; got '${nameOrFolder}'`,
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
 * The bytes of the network's file, read once and hashed, so that what is checked is what is loaded.
 * @throws PixkinError `backbone_invalid`: it cannot be read, or its SHA-256 is not the manifest's
 */
export async function readVerifiedModel(backbone: Backbone): Promise<Uint8Array> {
  const { file, sha256 } = backbone.manifest;
  const label = `${basename(backbone.folder)}/${file}`;
  const bytes = await readFile(join(backbone.folder, file)).catch((cause: NodeJS.ErrnoException) => {
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

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
