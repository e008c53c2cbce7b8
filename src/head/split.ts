import type { Split } from '../types.ts';
import { permutation, randomStream } from './random.ts';

export type { Split };

/** Labelled pictures as a split sees them. All lists have the same order. */
export interface Splittable {
  /** The class of each, 0 to `classes - 1`. */
  readonly given: Uint32Array;
  readonly classes: number;
  /** Pictures with the same number stay together. @see nearCopyGroups */
  readonly groups: Uint32Array;
  /** Where one came with the label. */
  readonly splits: readonly (Split | null)[];
}

/** Places of pictures, ascending. */
export interface Splitting {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
  /** The validation pictures were drawn here: a fit after the evaluation may use them. */
  readonly drawn: boolean;
  /** Given splits put near-copies on two sides: so many pictures outside `train` have one in it. */
  readonly leaks: number;
}

const order: readonly Split[] = ['train', 'validation', 'test'];

/**
 * Given splits are honoured. Where no picture was given for validation, a part of the others is held out of `train`, by class, each group of
 * near-copies on one side. A class keeps a group in `train` at least, and gives one up where it has two.
 * @param holdout part of the pictures of each class, 0 to below 1
 */
export function splitPictures(pictures: Splittable, holdout: number, seed: number): Splitting {
  const { given, groups, splits } = pictures;
  // A picture without a split goes where its near-copies are.
  const groupSplits = new Map<number, Split>();
  for (const [i, split] of splits.entries()) {
    const now = groupSplits.get(groups[i]!);
    if (split && (!now || order.indexOf(split) < order.indexOf(now))) groupSplits.set(groups[i]!, split);
  }
  const side = (i: number): Split => splits[i] ?? groupSplits.get(groups[i]!) ?? 'train';
  const sides: Split[] = Array.from(given, (_, i) => side(i));
  const draws = !sides.includes('validation') && holdout > 0;
  const held = draws ? drawHoldout(pictures, placesOf(sides, 'train'), holdout, seed) : [];
  for (const i of held) sides[i] = 'validation';
  const train = placesOf(sides, 'train');
  const trained = new Set(Array.from(train, (i) => groups[i]!));
  const leaks = sides.filter((split, i) => split !== 'train' && trained.has(groups[i]!)).length;
  return {
    train,
    validation: placesOf(sides, 'validation'),
    test: placesOf(sides, 'test'),
    drawn: held.length > 0,
    leaks,
  };
}

/**
 * Parts `pool` into `folds` folds for cross-validation: every class spread over them as evenly as its groups allow.
 * @returns the fold of each picture of `pool`, 0 to `folds - 1`
 */
export function assignFolds(pictures: Splittable, pool: Uint32Array, folds: number, seed: number): Uint8Array {
  const { given, classes } = pictures;
  const counts = Array.from({ length: folds }, () => new Uint32Array(classes));
  const totals = new Uint32Array(folds);
  const foldOf = new Map<number, number>();
  for (const members of groupsOf(pictures, pool, seed)) {
    const load = (fold: number): number => members.reduce((sum, i) => sum + counts[fold]![given[i]!]!, 0);
    let best = 0;
    for (let fold = 1; fold < folds; fold++) {
      const less = load(fold) - load(best) || totals[fold]! - totals[best]!;
      if (less < 0) best = fold;
    }
    for (const i of members) {
      counts[best]![given[i]!]!++;
      totals[best]!++;
      foldOf.set(i, best);
    }
  }
  return Uint8Array.from(pool, (i) => foldOf.get(i)!);
}

/** How many groups of `pool` each class has: of a class with one nothing can be held out. */
export function groupsPerClass({ given, classes, groups }: Splittable, pool: Uint32Array): Uint32Array {
  const counts = new Uint32Array(classes);
  const seen = new Set<string>();
  for (const i of pool) {
    const key = `${given[i]} ${groups[i]}`;
    if (!seen.has(key)) counts[given[i]!]!++;
    seen.add(key);
  }
  return counts;
}

function drawHoldout(pictures: Splittable, pool: Uint32Array, holdout: number, seed: number): number[] {
  const { given, classes } = pictures;
  const left = new Uint32Array(classes);
  for (const i of pool) left[given[i]!]!++;
  const distinct = groupsPerClass(pictures, pool);
  const wanted = left.map((count, c) => (distinct[c]! < 2 ? 0 : Math.max(1, Math.round(holdout * count))));
  const held = new Uint32Array(classes);
  const chosen: number[] = [];
  for (const members of groupsOf(pictures, pool, seed)) {
    const counts = new Map<number, number>();
    for (const i of members) counts.set(given[i]!, (counts.get(given[i]!) ?? 0) + 1);
    // Taken where it brings its classes nearer to what is wanted of them.
    let change = 0;
    for (const [c, count] of counts) {
      change += Math.abs(held[c]! + count - wanted[c]!) - Math.abs(held[c]! - wanted[c]!);
      if (left[c]! <= count) change = Number.POSITIVE_INFINITY;
    }
    if (change >= 0) continue;
    for (const [c, count] of counts) {
      held[c]! += count;
      left[c]! -= count;
    }
    for (const i of members) chosen.push(i);
  }
  return chosen;
}

/** In random order, but large ones first: small ones fill up what those leave. */
function groupsOf({ groups }: Splittable, pool: Uint32Array, seed: number): number[][] {
  const members = new Map<number, number[]>();
  for (const place of permutation(pool.length, randomStream(seed, 0x5917))) {
    const i = pool[place]!;
    const group = members.get(groups[i]!);
    if (group) group.push(i);
    else members.set(groups[i]!, [i]);
  }
  return [...members.values()].sort((a, b) => b.length - a.length);
}

function placesOf(sides: readonly Split[], wanted: Split): Uint32Array {
  return Uint32Array.from(sides.flatMap((split, i) => (split === wanted ? [i] : [])));
}
