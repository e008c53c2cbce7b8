/** Networks that are tuned with a head. */
import type { Pooling } from './spaces.ts';
import type { HeadOptions, ResolvedHeadOptions, TrainingBackend } from './training.ts';

export type Flip = 'horizontal' | 'vertical' | 'both';

/**
 * How pictures are varied before each pass over them. Absent, and 0 (of `crop`: 1): not. Every draw is uniform, and a new one for each picture
 * and pass. Beside each stands the preprocessing layer of Keras 3 that does the same. What lies outside of the picture is mirrored about its
 * edge: Keras' `fill_mode="reflect"`, the default there of all but RandomShear.
 */
export interface AugmentOptions {
  /** Each of the named directions in half of the cases: `RandomFlip`. */
  readonly flip?: Flip | undefined;
  /** Most degrees to either side about the centre, 0 to 180: `RandomRotation(rotation / 360)`. */
  readonly rotation?: number | undefined;
  /** Part by which more or less of the picture is seen, its aspect kept, 0 to .9: `RandomZoom(zoom)`; .2 shows .8 to 1.2 of each side. */
  readonly zoom?: number | undefined;
  /** Most degrees to either side by which columns lean, rows stay level, 0 to 60: `RandomShear(x_factor=tan(shear))`, here about the centre. */
  readonly shear?: number | undefined;
  /** Most part of each side by which the picture moves along it, 0 to 1: `RandomTranslation(shift, shift)`. */
  readonly shift?: number | undefined;
  /** Most part of the range (255) that is added or taken away, 0 to 1: `RandomBrightness(brightness)`. */
  readonly brightness?: number | undefined;
  /** Most part by which distances from each channel's mean grow or shrink, 0 to 1: `RandomContrast(contrast)`. */
  readonly contrast?: number | undefined;
  /**
   * Least part of the area that is kept, .08 to 1: a random rectangle of an aspect 3/4 to 4/3 of the picture's, brought back to the picture's
   * size. `RandomCrop` of Keras and a resizing after it; `RandomResizedCrop(scale=(crop, 1))` of torchvision.
   */
  readonly crop?: number | undefined;
}

/** All of it decided. */
export interface ResolvedAugmentation {
  readonly flip: Flip | null;
  readonly rotation: number;
  readonly zoom: number;
  readonly shear: number;
  readonly shift: number;
  readonly brightness: number;
  readonly contrast: number;
  readonly crop: number;
}

/** `inference`: with the stored statistics, which stay as they are. `batch`: with those of each batch, and the stored ones follow them. */
export type BatchNormMode = 'inference' | 'batch';

/**
 * How a network is tuned with a head. The options of a head are those of the first phase, in which it is trained alone, or of the only one where a
 * network is trained from scratch; `patience`, `batch`, `optimizer`, `lrDecay` and `evalEvery` are those of the second phase, too.
 */
export interface TuneOptions extends Omit<HeadOptions, 'folds'> {
  /**
   * The layers that are trained after the head: `last:N`, the last N before the embedding, counted as Keras counts `base_model.layers`;
   * `from:LAYER`, that one (its name, or its place, 0 for the first) and all after it; `scope:PREFIX,PREFIX`, those whose names begin so; `all`.
   */
  readonly fineTune?: string | undefined;
  /** All layers from random numbers; not together with `fineTune` or `weightsFrom`. */
  readonly fromScratch?: boolean | undefined;
  /** Passes of the second phase, 1 to 10000; absent: 10. Not together with `tuneSteps`. */
  readonly tuneEpochs?: number | undefined;
  /** Steps of the second phase in place of passes, 1 to 10 million. */
  readonly tuneSteps?: number | undefined;
  /** Learning rate at the first step of the second phase, above 0 to 100; absent: a tenth of `lr`. */
  readonly tuneLr?: number | undefined;
  /** Of the layers that are trained; all others keep to `inference`. Absent: `inference`, or `batch` from scratch. */
  readonly batchNorm?: BatchNormMode | undefined;
  /** Varies the pictures of the second phase; absent: not. */
  readonly augment?: AugmentOptions | undefined;
  /** Pixels of each side of the pictures that the network takes; absent: as it is. */
  readonly size?: number | InputSize | undefined;
  /** A network by name or folder whose weights are taken, layer by layer, where names and shapes are the same. */
  readonly weightsFrom?: string | undefined;
}

export interface InputSize {
  readonly width: number;
  readonly height: number;
}

/** All of it decided, less what only the pictures decide. `tuneEpochs` and `tuneSteps`: the one that was not chosen is null. */
export interface ResolvedTuneOptions extends ResolvedHeadOptions {
  /** Null from scratch. */
  readonly fineTune: string | null;
  readonly fromScratch: boolean;
  readonly tuneEpochs: number | null;
  readonly tuneSteps: number | null;
  readonly tuneLr: number;
  /** `evalEvery` and `patience` of the second phase. */
  readonly tuneEvalEvery: number | null;
  readonly tunePatience: number;
  readonly batchNorm: BatchNormMode;
  readonly augment: ResolvedAugmentation | null;
  readonly size: InputSize | null;
  readonly weightsFrom: string | null;
}

/** How good the network was before and after. Parts of 1, on the held-out pictures; null where there are none. */
export interface Comparison {
  /** Of the head: after the first phase, and in the end. */
  readonly accuracy: BeforeAfter;
  /** Mean part of the ten nearest training pictures that have a held-out picture's label. */
  readonly precisionAt10: BeforeAfter;
}

export interface BeforeAfter {
  /** Null from scratch, too. */
  readonly before: number | null;
  readonly after: number | null;
}

/** How a network is to be tuned with a head on the given labels. */
export interface TuneRequest extends TuneOptions {
  /** Name of the run, and of the network that comes of it; absent: made of the network's. The same again goes on where that was. */
  readonly run?: string | undefined;
  /** The network that is tuned, by its name or folder; absent: the current space's. From scratch also an architecture of which no weights are here. */
  readonly backbone?: string | undefined;
  /** Absent: as its manifest says. */
  readonly pooling?: Pooling | undefined;
  readonly cut?: string | undefined;
  /** What it is trained on; absent: auto. */
  readonly backend?: TrainingBackend | undefined;
  /** The run is kept so often, in seconds or steps; absent: every 30 seconds, and at each best look. */
  readonly checkpointSeconds?: number | undefined;
  readonly checkpointSteps?: number | undefined;
}

/** What is known of the tuning that a head comes from. */
export interface Tuning {
  /** Name of the run, in `runs/` of the data folder, and of the network, in `models/`. */
  readonly run: string;
  readonly comparison: Comparison;
}
