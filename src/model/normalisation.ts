/**
 * How a picture's bytes become the numbers that a network was trained on.
 */

/** A channel's value is `(byte * scale - mean) / std`; `mean` and `std` in the network's own order of channels. */
export interface Normalisation {
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** What `keras.applications` calls the mode of `preprocess_input`, in `keras.applications.imagenet_utils`. */
const modes: Readonly<Record<'caffe' | 'tf' | 'torch', Normalisation>> = {
  caffe: { scale: 1, mean: [103.939, 116.779, 123.68], std: [1, 1, 1] },
  tf: { scale: 1 / 127.5, mean: [1, 1, 1], std: [1, 1, 1] },
  torch: { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
};

/** The numbers of an input as its manifest has it; without any of them a byte stays what it is. */
export function normalisationOf(input: {
  readonly mode?: keyof typeof modes | undefined;
  readonly scale?: number | undefined;
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
}): Normalisation {
  const { mode, scale = 1, mean = [0, 0, 0], std = [1, 1, 1] } = input;
  return mode ? modes[mode] : { scale, mean, std };
}
