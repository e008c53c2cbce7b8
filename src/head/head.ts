import type { SpaceId } from '../types.ts';
import type { Metrics } from './metrics.ts';
import type { ResolvedHeadOptions } from './options.ts';

/** One fully connected layer: `output[o] = biases[o] + sum of weights[o * inputs + i] * input[i]`. */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** `outputs` rows of `inputs` numbers. */
  readonly weights: Float32Array;
  /** `outputs` numbers. */
  readonly biases: Float32Array;
}

/**
 * A classifier over the embeddings of one space: a plain value. It takes embeddings as they are: what the training did to its inputs is part of
 * the first layer.
 */
export interface Head {
  readonly space: SpaceId;
  /** Length of an embedding. */
  readonly dim: number;
  /** Of the classes, in the order of the last layer; at least two. */
  readonly labels: readonly string[];
  /** One, or two with a rectifier in between. */
  readonly layers: readonly DenseLayer[];
  /** What the last layer's numbers are divided by before the softmax, so that its probabilities are how often it is right. */
  readonly temperature: number;
  /** Least probability of a prediction, 0 to 1; below it a picture is `unknown`. */
  readonly threshold: number;
  /** How it was trained. */
  readonly options: ResolvedHeadOptions;
  /** Fingerprint of what it was trained on: 64 lower-case hexadecimal digits. @see fingerprintOf */
  readonly data: string;
  readonly evaluation: HeadEvaluation;
}

/** What is known of a head's quality, and how it came about. */
export interface HeadEvaluation {
  /** Labelled pictures on each side. */
  readonly pictures: { readonly train: number; readonly validation: number; readonly test: number };
  /** On the held-out pictures; null where there are none. They decided when to stop, too. */
  readonly validation: Metrics | null;
  /** On those that a label's split kept for testing; null where there are none. */
  readonly test: Metrics | null;
  /** On the training pictures, each by a head that had not seen it; null where that was left out. */
  readonly crossValidation: Metrics | null;
  /** What the head must beat; null where nothing is held out. */
  readonly baseline: Baseline | null;
  /** A record for each look at the held-out pictures. */
  readonly history: readonly FitRecord[];
  /** Place in `history` of the weights that were kept. */
  readonly best: number;
  /** The held-out pictures were drawn from those to train on, and went back to them for the weights that were kept. */
  readonly refitted: boolean;
  /** What it was trained on: `TensorFlow.js 4.22.0 (wasm)`. */
  readonly runtime: string;
  readonly notes: readonly string[];
}

/** The vote of the nearest training pictures. */
export interface Baseline {
  /** Neighbours that vote. */
  readonly k: number;
  /** Held-out pictures that were asked about. */
  readonly pictures: number;
  /** 0 to 1. */
  readonly accuracy: number;
}

/** Where a fit is. Losses are means of `-ln p` without the weight decay. */
export interface FitRecord {
  /** Passes over the pictures that are done, with a part of one where it looks more often. */
  readonly epoch: number;
  readonly step: number;
  /** Since the record before, dropout included. */
  readonly loss: number;
  readonly accuracy: number;
  /** Null where nothing is held out. */
  readonly valLoss: number | null;
  readonly valAccuracy: number | null;
  /** Learning rate of its last step. */
  readonly lr: number;
}
