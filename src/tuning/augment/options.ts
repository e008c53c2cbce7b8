import { PixkinError } from '../../errors.ts';
import type { AugmentOptions, Flip, ResolvedAugmentation } from '../../types.ts';

export type { AugmentOptions, Flip, ResolvedAugmentation };

/** Mild, and right for photographs of things that have an up and a down, but no left and right. */
export const standardAugmentation: AugmentOptions = {
  flip: 'horizontal',
  rotation: 15,
  zoom: 0.15,
  shift: 0.1,
  brightness: 0.1,
  contrast: 0.2,
};

export const flips: readonly Flip[] = ['horizontal', 'vertical', 'both'];

interface Range {
  readonly least: number;
  readonly most: number;
  readonly unit: string;
  /** Of that nothing comes. */
  readonly none: number;
}
/** The options that are numbers. */
export const amounts = {
  rotation: { least: 0, most: 180, unit: 'degrees', none: 0 },
  zoom: { least: 0, most: 0.9, unit: 'a part of the size', none: 0 },
  shear: { least: 0, most: 60, unit: 'degrees', none: 0 },
  shift: { least: 0, most: 1, unit: 'a part of the size', none: 0 },
  brightness: { least: 0, most: 1, unit: 'a part of the range', none: 0 },
  contrast: { least: 0, most: 1, unit: 'a part', none: 0 },
  crop: { least: 0.08, most: 1, unit: 'the least part of the area', none: 1 },
} as const satisfies Readonly<Record<string, Range>>;

type Amount = keyof typeof amounts;
export const amountNames = Object.keys(amounts) as readonly Amount[];

/**
 * Null where nothing is to be done.
 * @throws PixkinError `invalid_request`: names the option, what it must be, and what came
 */
export function resolveAugmentation(o: AugmentOptions): ResolvedAugmentation | null {
  for (const name of Object.keys(o)) {
    if (name !== 'flip' && !Object.hasOwn(amounts, name)) throw unknownOption(name);
  }
  if (o.flip !== undefined && !flips.includes(o.flip)) {
    throw invalid(`flip must be horizontal, vertical or both; got ${o.flip}`);
  }
  const amount = (name: Amount): number => {
    const { least, most, unit, none } = amounts[name];
    const value = o[name] ?? none;
    if (typeof value === 'number' && value >= least && value <= most) return value;
    throw invalid(`${name} must be ${least} to ${most} (${unit}); got ${value}`);
  };
  const resolved = { flip: o.flip ?? null, ...Object.fromEntries(amountNames.map((name) => [name, amount(name)])) };
  const idle = o.flip === undefined && amountNames.every((name) => amount(name) === amounts[name].none);
  return idle ? null : (resolved as ResolvedAugmentation);
}

/** `invalid_request`: no option has that name. */
export function unknownOption(name: string): PixkinError {
  return invalid(`the options are flip, ${amountNames.slice(0, -1).join(', ')} and ${amountNames.at(-1)}; got ${name}`);
}

/** `invalid_request`, saying what it is about. */
export function invalid(message: string): PixkinError {
  return new PixkinError('invalid_request', `augment: ${message}`);
}
