import { topPlaces } from './top.ts';

/** What a head says of labelled pictures, as much of it as evaluation needs: small also where there are thousands of classes. */
export interface Scores {
  /** Classes that are kept of each picture: five, or all where there are fewer. */
  readonly width: number;
  /** The most probable classes, best first: `width` for each picture. */
  readonly top: Uint32Array;
  /** Their probabilities, in the same order. */
  readonly p: Float32Array;
  /** Of each picture `-ln p` of the class that was given. */
  readonly loss: Float32Array;
}

const kept = 5;

/**
 * @param logits `classes` numbers for each picture
 * @param given the class of each picture
 * @param temperature what the logits are divided by before the softmax, above 0
 */
export function scoreLogits(logits: Float32Array, given: Uint32Array, classes: number, temperature: number): Scores {
  const scores = emptyScores(given.length, classes);
  const { width } = scores;
  for (let i = 0; i < given.length; i++) {
    const row = i * classes;
    const logSum = logSumExp(logits, row, classes, 1 / temperature);
    topPlaces(logits, width, row, classes).forEach((c, rank) => {
      scores.top[i * width + rank] = c;
      scores.p[i * width + rank] = Math.exp(logits[row + c]! / temperature - logSum);
    });
    scores.loss[i] = Math.max(0, logSum - logits[row + given[i]!]! / temperature);
  }
  return scores;
}

/** ln of the sum of `exp(scale * value)` over a part of `values`; never overflows. */
export function logSumExp(values: Float32Array, from: number, length: number, scale: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = from; i < from + length; i++) most = Math.max(most, values[i]!);
  let sum = 0;
  for (let i = from; i < from + length; i++) sum += Math.exp(scale * (values[i]! - most));
  return scale * most + Math.log(sum);
}

/** Room for the scores of `count` pictures. */
export function emptyScores(count: number, classes: number): Scores {
  const width = Math.min(kept, classes);
  const [top, p] = [new Uint32Array(count * width), new Float32Array(count * width)];
  return { width, top, p, loss: new Float32Array(count) };
}

/** Writes the scores of some pictures to their places among those of all. */
export function putScores(into: Scores, places: Uint32Array, scores: Scores): void {
  const { width } = into;
  for (const [i, place] of places.entries()) {
    into.top.set(scores.top.subarray(i * width, (i + 1) * width), place * width);
    into.p.set(scores.p.subarray(i * width, (i + 1) * width), place * width);
    into.loss[place] = scores.loss[i]!;
  }
}

/** The scores of some pictures of all. */
export function takeScores({ width, top, p, loss }: Scores, places: Uint32Array): Scores {
  const rank = (at: number): number => places[Math.floor(at / width)]! * width + (at % width);
  return {
    width,
    top: Uint32Array.from({ length: places.length * width }, (_, at) => top[rank(at)]!),
    p: Float32Array.from({ length: places.length * width }, (_, at) => p[rank(at)]!),
    loss: Float32Array.from(places, (place) => loss[place]!),
  };
}
