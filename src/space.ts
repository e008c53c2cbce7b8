/**
 * The fingerprint of a space: two embeddings may be compared only where these numbers are the same.
 */
import { createHash } from 'node:crypto';
import type { KerasBackbone, OnnxBackbone } from './model/backbone.ts';
import { canonicalJson, canonicalNetwork } from './model/canonical.ts';
import { type Described, embeddingNetwork } from './model/embedding.ts';
import type { OnnxManifest } from './model/manifest.ts';
import { normalisationOf } from './model/normalisation.ts';
import type { SpaceId } from './types.ts';

/** Version of pixkin's own decoding and resizing. Raised only when the golden vectors move: it re-embeds every library. */
export const PREPROCESSING_VERSION = 1;

/**
 * First 16 hexadecimal digits of the SHA-256 over everything that decides an embedding's numbers: weights, input, resizing,
 * what is kept of the network and how it is pooled, and our own preprocessing. The backbone's name, its licence and classes, the runtime
 * and the device are not in it.
 */
export function spaceOf(
  backbone: Pick<OnnxBackbone, 'manifest'> | Pick<KerasBackbone, 'manifest' | 'config'>,
): SpaceId {
  const decisive = 'config' in backbone ? decisiveOfKeras(backbone) : decisiveOfOnnx(backbone.manifest);
  const text = canonicalJson({ preprocessing: PREPROCESSING_VERSION, ...decisive });
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function decisiveOfOnnx({ sha256, input, resize, output }: OnnxManifest): object {
  return { sha256, input, resize, output };
}

/** A mode of `keras.applications` is the same as its numbers, and a layer that is named the same as one that is found. */
function decisiveOfKeras(described: Described): object {
  const { sha256, input, resize } = described.manifest;
  const { width, height, colour } = input;
  const network = canonicalNetwork(embeddingNetwork(described));
  return { sha256, input: { width, height, colour, ...normalisationOf(input) }, resize, network };
}
