/**
 * What batch normalisation and its like do to a channel: multiply, then add. In float64, so that weights that take it in are
 * rounded once.
 */

/** `x * factor + offset`, channel by channel. */
export interface Affine {
  readonly factor: Float64Array;
  readonly offset: Float64Array;
}

/** @param factor of each channel, 1 where it is left out */
export function affine(channels: number, factor?: ArrayLike<number>, offset?: ArrayLike<number>): Affine {
  return {
    factor: factor ? Float64Array.from(factor) : new Float64Array(channels).fill(1),
    offset: offset ? Float64Array.from(offset) : new Float64Array(channels),
  };
}

/** One after the other, as one. */
export function compose(first: Affine, then: Affine): Affine {
  return {
    factor: first.factor.map((factor, c) => factor * then.factor[c]!),
    offset: first.offset.map((offset, c) => offset * then.factor[c]! + then.offset[c]!),
  };
}

/** The number that becomes zero, for each channel; infinite, or no number, where none does. */
export function zeroOf({ factor, offset }: Affine): Float64Array {
  // Adding 0 makes a 0 of -0.
  return factor.map((each, c) => -offset[c]! / each + 0);
}

export const isAddingOnly = ({ factor }: Affine): boolean => factor.every((each) => each === 1);
