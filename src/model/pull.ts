/**
 * The published weights of an architecture: downloaded, or taken from a mirror or a file, and trusted by their hash only.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PixkinError } from '../errors.ts';
import type { Architecture, PublishedFile } from './architectures/index.ts';
import { type DownloadOptions, download } from './download.ts';
import { type FileHash, requireHash } from './hash.ts';

/** Which of the files that are published for an architecture. */
export interface Variant {
  /** With the layers that tell classes apart. */
  readonly top: boolean;
  /** Where the architecture comes in several widths; absent: 1. */
  readonly alpha?: number | undefined;
  /** Edge of the input that the weights were trained for, in pixels; absent: the architecture's own. */
  readonly size?: number | undefined;
}

export interface PullOptions
  extends Pick<DownloadOptions, 'signal' | 'onProgress' | 'onCut' | 'patience' | 'free' | 'spare'> {
  /** Where what has come lies, also between runs. */
  readonly downloads: string;
  /** An http or https address, or a file, in place of the publisher's address. Its hash must be the publisher's all the same. */
  readonly from?: string | undefined;
}

export interface Pulled {
  readonly path: string;
  /** The address, or the name of the file. */
  readonly source: string;
  /** Nobody publishes a hash of this file, so none was checked. */
  readonly unchecked: boolean;
  /** Throws away what was downloaded; a user's own file stays. */
  discard(): Promise<void>;
}

/** @throws PixkinError `usage`: nothing is published for that variant */
export function publishedFile(architecture: Architecture, { top, alpha = 1, size }: Variant): PublishedFile {
  const { name, variants, weights } = architecture;
  if (weights === undefined) {
    throw new PixkinError('usage', `no weights are published for ${name}`, { hint: 'it ships with pixkin' });
  }
  const all = variants ?? [{ alpha: 1, size: architecture.size, weights }];
  const edge = size ?? architecture.size;
  const trainedFor = (pixels: number) => all.find((one) => one.alpha === alpha && one.size === pixels);
  // As Keras does it: below its classes a network takes any size, and the weights for its usual one serve.
  const found = trainedFor(edge) ?? (top ? undefined : trainedFor(architecture.size));
  if (found) return top ? found.weights.top : found.weights.notop;
  const alphas = [...new Set(all.map((variant) => variant.alpha))].join(', ');
  const sizes = [...new Set(all.filter((variant) => variant.alpha === alpha).map((variant) => variant.size))];
  throw new PixkinError(
    'usage',
    sizes.length > 0
      ? `--size of ${name} must be one of ${sizes.join(', ')}, which its weights were trained for; got ${edge}`
      : `--alpha of ${name} must be one of ${alphas}; got ${alpha}`,
  );
}

/** @throws PixkinError `usage` (there is no such file), `download_failed`, `data_unwritable`, `cancelled` */
export async function pullWeights(file: PublishedFile, o: PullOptions): Promise<Pulled> {
  const hash = hashOf(file);
  const from = o.from ?? file.url;
  const unchecked = hash === undefined;
  if (!/^https?:\/\//i.test(from)) {
    const path = localPath(from);
    if (hash) await requireHash(path, hash, { label: basename(path), signal: o.signal });
    return { path, source: basename(path), unchecked, discard: async () => {} };
  }
  requireAddress(from);
  const path = join(o.downloads, basename(new URL(file.url).pathname));
  const { signal, onProgress, onCut, patience, free, spare } = o;
  // It may be whole since a run whose import did not fit on the disk.
  if (!existsSync(path)) await download({ url: from, path, hash, signal, onProgress, onCut, patience, free, spare });
  return { path, source: from, unchecked, discard: () => rm(path, { force: true }) };
}

function hashOf({ md5, sha256 }: PublishedFile): FileHash | undefined {
  if (sha256 !== undefined) return { algorithm: 'sha256', digest: sha256 };
  return md5 === undefined ? undefined : { algorithm: 'md5', digest: md5 };
}

function requireAddress(from: string): void {
  const url = URL.canParse(from) ? new URL(from) : undefined;
  if (!url) throw new PixkinError('usage', `--from must be an address; got '${from}'`);
  // It would be kept in the manifest, and shown.
  if (url.username || url.password) throw new PixkinError('usage', '--from must be an address without a password');
}

function localPath(from: string): string {
  const scheme = /^[a-z][a-z+.-]+:\/\//i.exec(from)?.[0].toLowerCase();
  if (scheme !== undefined && scheme !== 'file://') {
    throw new PixkinError('usage', `--from must be an http or https address, or a file; got '${from}'`);
  }
  const path = scheme === undefined ? from : fileURLToPath(from);
  if (existsSync(path)) return path;
  throw new PixkinError('usage', `--from must be an address or a file; there is no file ${path}`);
}
