/**
 * What a fit ends with, and what can be done with it.
 */
import type { DenseLayer, FitRecord } from '../head/head.ts';
import type { LabelledEmbeddings } from '../head/knn.ts';
import type { MatMul } from '../head/matmul.ts';
import { emptyScores, type Scores, scoreLogits } from '../head/scores.ts';
import { logitsOfRows, type Parameters } from './network.ts';
import { foldScale, type Scale, scaledRows } from './scale.ts';

/** A network that is not fixed yet, and what its inputs go through before. */
export interface Model {
  readonly parameters: Parameters;
  readonly scale: Scale;
}

export interface Fitted extends Model {
  readonly history: readonly FitRecord[];
  /** Place in `history` of the parameters. */
  readonly best: number;
  /** Part of the run that they took. */
  readonly part: number;
}

/** Labelled embeddings, and what multiplies matrices. */
export interface Material {
  readonly data: LabelledEmbeddings;
  readonly multiply: MatMul;
}

/** Pictures whose numbers are held at once. */
const rowsAtOnce = 1024;

/** The numbers before the softmax of some pictures, some at a time. @param places of the pictures in the data */
export function* logitsOfPlaces(
  { data, multiply }: Material,
  { parameters, scale }: Model,
  places: Uint32Array,
): Generator<{ readonly logits: Float32Array; readonly given: Uint32Array; readonly first: number }> {
  for (let first = 0; first < places.length; first += rowsAtOnce) {
    const some = places.subarray(first, first + rowsAtOnce);
    const rows = scaledRows(data.vectors, some, scale);
    const given = some.map((i) => data.given[i]!);
    yield { logits: logitsOfRows(parameters, rows, some.length, multiply), given, first };
  }
}

/** What the model says of some pictures, in their order. */
export function scorePlaces(material: Material, model: Model, places: Uint32Array, temperature: number): Scores {
  const { classes } = material.data;
  const all = emptyScores(places.length, classes);
  for (const { logits, given, first } of logitsOfPlaces(material, model, places)) {
    const some = scoreLogits(logits, given, classes, temperature);
    all.top.set(some.top, first * all.width);
    all.p.set(some.p, first * all.width);
    all.loss.set(some.loss, first);
  }
  return all;
}

/** As layers that take embeddings. */
export function toLayers({ parameters, scale }: Model): DenseLayer[] {
  const layers: DenseLayer[] = [];
  for (let l = 0; l < parameters.length; l += 2) {
    layers.push(foldScale(parameters[l]!, parameters[l + 1]!, l === 0 ? scale : null));
  }
  return layers;
}
