/**
 * The classes that a whole network tells apart: their names, and probabilities from its last numbers.
 */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PixkinError } from '../errors.ts';
import type { Backbone } from './backbone.ts';

/** What a network's last layer gives: probabilities, or what a softmax makes probabilities of. */
export type Activation = 'softmax' | 'logits';

export interface ClassName {
  /** WordNet id (`n02129604`), or whatever the labels file has: names occur twice (`crane`), ids do not. */
  readonly id: string;
  readonly name: string;
}

/**
 * The classes of a network in the order of its scores, from a file with a line `id TAB name` for each; empty where it has none.
 * @throws PixkinError `backbone_invalid`: the file is missing, or a line is something else
 */
export async function readClassNames({
  folder,
  manifest,
}: Pick<Backbone, 'folder' | 'manifest'>): Promise<ClassName[]> {
  if (!manifest.classes) return [];
  const { labels } = manifest.classes;
  const label = `${basename(folder)}/${labels}`;
  const text = await readFile(join(folder, labels), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new PixkinError('backbone_invalid', `${label}: expected the names of the classes; got ${cause.code}`, {
      cause,
    });
  });
  return text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line, i) => {
      const [id = '', name = '', ...more] = line.split('\t');
      if (id !== '' && name !== '' && more.length === 0) return { id, name };
      throw new PixkinError(
        'backbone_invalid',
        `${label}: line ${i + 1} must be id TAB name; got ${JSON.stringify(line)}`,
      );
    });
}

/** Scores of one picture as probabilities: they sum to 1. */
export function toProbabilities(scores: Float32Array, activation: Activation): Float32Array {
  if (activation === 'softmax') return scores;
  let most = Number.NEGATIVE_INFINITY;
  for (const score of scores) most = Math.max(most, score);
  // The largest is subtracted, so that no power overflows.
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** One class of one picture. `p`: 0 to 1. */
export interface ClassScore {
  /** Its place in the order of the network's scores. */
  readonly index: number;
  readonly p: number;
}

/** The `count` most probable classes, best first; equal ones by their place. */
export function topClasses(probabilities: Float32Array, count: number): ClassScore[] {
  return Array.from(probabilities, (p, index) => ({ index, p }))
    .sort((a, b) => b.p - a.p || a.index - b.index)
    .slice(0, count);
}
