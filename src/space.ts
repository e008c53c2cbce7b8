/**
 * The fingerprint of a space: two embeddings may be compared only where these numbers are the same.
 */
import { createHash } from 'node:crypto';
import type { Backbone } from './model/backbone.ts';
import type { SpaceId } from './types.ts';

/** Version of pixkin's own decoding and resizing. Raised only when the golden vectors move: it re-embeds every library. */
export const PREPROCESSING_VERSION = 1;

/**
 * First 16 hexadecimal digits of the SHA-256 over everything that decides an embedding's numbers: weights, input, resizing,
 * output and pooling, and our own preprocessing. The backbone's name, its licence, the runtime and the device are not in it.
 */
export function spaceOf({ manifest }: Pick<Backbone, 'manifest'>): SpaceId {
  const { sha256, input, resize, output } = manifest;
  const decisive = canonicalJson({ preprocessing: PREPROCESSING_VERSION, sha256, input, resize, output });
  return createHash('sha256').update(decisive).digest('hex').slice(0, 16);
}

/** JSON with the keys of every object sorted, so that the order in a manifest does not matter. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
