/** Heads as values: how they are trained, what they are, how good they are. */
import type { SpaceId } from './pictures.ts';

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

/** How a head did on one class. A rate is null where it has no denominator. */
export interface ClassMetrics {
  readonly label: string;
  /** Pictures that were given this label, and pictures for which it was predicted. */
  readonly given: number;
  readonly predicted: number;
  /** Right ones among the predicted. */
  readonly precision: number | null;
  /** Right ones among the given. */
  readonly recall: number | null;
  /** Harmonic mean of the two: `2 * right / (given + predicted)`. */
  readonly f1: number | null;
}

/** How a head did on pictures that it was not fitted on. Rates are 0 to 1. */
export interface Metrics {
  readonly pictures: number;
  /** The given label was the most probable. */
  readonly accuracy: number;
  /** It was among the five most probable (Recall_5). */
  readonly top5: number;
  /** Mean of the F1 of the classes that were given. */
  readonly macroF1: number;
  /** Mean of `-ln p` of the given label. */
  readonly logLoss: number;
  /** Expected calibration error: how far the probability of what is predicted is from how often it is right. */
  readonly calibrationError: number;
  readonly classes: readonly ClassMetrics[];
  /** Cells of the confusion matrix that are not 0: class given, class predicted (places in `classes`), pictures. */
  readonly confusion: readonly (readonly [given: number, predicted: number, pictures: number])[];
}

export type Architecture = 'linear' | 'mlp';

export type OptimizerName = 'adam' | 'sgd' | 'rmsprop' | 'momentum';

export type LearningRateDecay = 'fixed' | 'exponential' | 'cosine';

/** How a head is trained. Absent fields have the defaults that are named. */
export interface HeadOptions {
  /** Part of the pictures of each class that is held out, 0 to .9; absent: .2. Nothing is where pictures were given for validation. */
  readonly holdout?: number | undefined;
  /** Folds of the cross-validation that finds wrong labels, 2 to 20, or 0 for none; absent: 5, or 0 where that takes very long. */
  readonly folds?: number | undefined;
  /** 0 to 2^32 - 1; absent: 123. */
  readonly seed?: number | undefined;
  /** Absent: linear, or mlp where `hidden` is given. */
  readonly arch?: Architecture | undefined;
  /** Units of the hidden layer of an mlp, 1 to 8192; absent: 128. */
  readonly hidden?: number | undefined;
  /** Part of the inputs of the last layer that is left out in training, 0 to below 1; absent: 0 for linear, .2 for mlp. */
  readonly dropout?: number | undefined;
  /** Absent: adam. `momentum`: sgd with a momentum of .9. */
  readonly optimizer?: OptimizerName | undefined;
  /** Learning rate at the first step, above 0 to 100; absent: as fits the optimizer. */
  readonly lr?: number | undefined;
  /** Over the whole run. `exponential`: to a hundredth; `cosine`: to 0. Absent: cosine. */
  readonly lrDecay?: LearningRateDecay | undefined;
  /** `weightDecay / 2` times the squared weights is added to the mean loss, 0 to 10; absent: .01. */
  readonly weightDecay?: number | undefined;
  /** Pictures in a step, 1 to 65536; absent: 32, more where there are more than 3,000 pictures. */
  readonly batch?: number | undefined;
  /** Passes over the pictures, 1 to 10000; absent: 30. Not together with `steps`. */
  readonly epochs?: number | undefined;
  /** Steps in place of epochs, 1 to 10 million. */
  readonly steps?: number | undefined;
  /** Steps between two looks at the held-out pictures, 1 to 10 million; absent: an epoch, or 10 where `steps` is given. */
  readonly evalEvery?: number | undefined;
  /** Looks without a better loss after which the fit ends, its best weights kept; 0: never, and the last are kept. Absent: 5, or 0 where `steps` is given. */
  readonly patience?: number | undefined;
  /** Classes count the same, however many pictures each has; absent: pictures do. */
  readonly classWeights?: boolean | undefined;
}

/** All of it decided. `epochs` and `steps`: the one that was not chosen is null. */
export interface ResolvedHeadOptions {
  readonly holdout: number;
  readonly folds: number;
  readonly seed: number;
  readonly arch: Architecture;
  /** Null for linear. */
  readonly hidden: number | null;
  readonly dropout: number;
  readonly optimizer: OptimizerName;
  readonly lr: number;
  readonly lrDecay: LearningRateDecay;
  readonly weightDecay: number;
  readonly batch: number;
  readonly epochs: number | null;
  readonly steps: number | null;
  /** Null: an epoch. */
  readonly evalEvery: number | null;
  readonly patience: number;
  readonly classWeights: boolean;
}

/** Which TensorFlow.js; `auto`: the fastest that is installed. */
export type TrainingBackend = 'auto' | 'node-gpu' | 'node' | 'wasm' | 'cpu';
