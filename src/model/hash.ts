/**
 * The hash of a file, of the two kinds that publishers of weights give.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { PixkinError } from '../errors.ts';

/** What a publisher says of a file. `digest`: lower-case hexadecimal digits. */
export interface FileHash {
  readonly algorithm: 'md5' | 'sha256';
  readonly digest: string;
}

/** Lower-case hexadecimal digits. Reads in pieces: a file may be larger than the memory. */
export async function digestOf(path: string, algorithm: FileHash['algorithm'], signal?: AbortSignal): Promise<string> {
  const hash = createHash(algorithm);
  const pieces = createReadStream(path, { highWaterMark: 2 ** 20, ...(signal && { signal }) });
  for await (const piece of pieces as AsyncIterable<Buffer>) hash.update(piece);
  return hash.digest('hex');
}

/** @throws PixkinError `download_failed`: says both hashes */
export async function requireHash(
  path: string,
  { algorithm, digest }: FileHash,
  o: { label: string; signal?: AbortSignal | undefined },
): Promise<void> {
  const found = await digestOf(path, algorithm, o.signal);
  if (found === digest) return;
  throw new PixkinError(
    'download_failed',
    `${o.label}: ${algorithm} must be ${digest}, as its publisher says; got ${found}`,
  );
}
