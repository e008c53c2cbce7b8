/**
 * What an exported classifier says of itself: beside its files as `classifier.json`, and inside those that have a place for it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../files.ts';
import { type ClassifierParts, outLabels } from './parts.ts';

/** Names and settings that whoever runs a classifier needs. */
export interface ClassifierFacts {
  /** In the order of the probabilities. */
  readonly labels: readonly string[];
  /** Least probability of a prediction, 0 to 1; below it a picture is unknown. */
  readonly threshold: number;
  /** The picture that goes in, in pixels. */
  readonly input: { readonly width: number; readonly height: number };
  /** How a picture becomes that. `half`: cut to the square root of its aspect, then squashed. `fraction`: with `crop`, the part of the short side that is kept. */
  readonly resize: ClassifierParts['backbone']['manifest']['resize'];
  /** Numbers in one embedding. */
  readonly dim: number;
  readonly backbone: { readonly name: string; readonly licence: string; readonly source: string };
  /** The space of the head. */
  readonly space: string;
  /** Fingerprint of what the head was trained on. */
  readonly data: string;
  /** Version of pixkin that wrote it. */
  readonly pixkin: string;
}

export function describeClassifier({ backbone, head }: ClassifierParts): ClassifierFacts {
  const { name, licence, source, input, resize } = backbone.manifest;
  const { threshold, dim, space, data } = head;
  const { labels } = outLabels(head);
  return {
    ...{ labels, threshold, input: { width: input.width, height: input.height }, resize, dim },
    backbone: { name, licence, source },
    ...{ space, data, pixkin: version() },
  };
}

/** As text by keys: what is no text as JSON. */
export function asMetadata(facts: ClassifierFacts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

function version(): string {
  return (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;
}
