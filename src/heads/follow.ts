/**
 * After the collection has moved to another space: a head is tied to its space, so another one must take over.
 */
import type { Catalog } from '../catalog/catalog.ts';
import { toPixkinError } from '../errors.ts';
import type { HeadOptions, ResolvedHeadOptions } from '../head/options.ts';
import type { HeadId, JobControl } from '../types.ts';

export interface Followed {
  readonly catalog: Catalog;
  /** The current space's. */
  readonly space: string;
  /** The collection was to move there. */
  readonly moved: boolean;
  train(options: HeadOptions): Promise<HeadId>;
  use(id: HeadId | null): Promise<void>;
}

/**
 * The newest head of the new space, or one that is trained anew with the options of the one in use, or none, and says which. What the old one
 * predicted is shown until then. Where no head was in use, a move puts one to use that came with the network.
 */
export async function followSpace({ catalog, space, moved, train, use }: Followed, control: JobControl): Promise<void> {
  const before = catalog.heads.inUse();
  if (before?.space === space) return use(before.id);
  const newest = catalog.heads.list().find((row) => row.space === space);
  if (!before) {
    if (!moved || !newest || !catalog.heads.rest(newest.id).tuning) return;
    await use(newest.id);
    return control.note(`head ${newest.id} is in use: it was trained with this network`);
  }
  try {
    const id = newest?.id ?? (await train(asAsked(catalog.heads.rest(before.id).options)));
    await use(id);
    const how = newest ? 'trained in this space before' : 'trained on the labels now, with the same options';
    control.note(`head ${before.id} is of the space that was left: head ${id} is in use, ${how}`);
  } catch (error) {
    if (control.signal.aborted) throw error;
    const { message } = toPixkinError(error);
    await use(null);
    control.note(`head ${before.id} is of the space that was left, and none is in use now: ${message}`);
  }
}

/** Options that are decided as somebody would ask for them. */
function asAsked(o: ResolvedHeadOptions): HeadOptions {
  const { hidden, epochs, steps, evalEvery } = o;
  const { holdout, folds, seed, arch, dropout, optimizer, lr, lrDecay, weightDecay, batch, patience, classWeights } = o;
  return {
    ...{ holdout, folds, seed, arch, dropout, optimizer, lr, lrDecay, weightDecay, batch, patience, classWeights },
    ...(hidden !== null && { hidden }),
    ...(epochs !== null && { epochs }),
    ...(steps !== null && { steps }),
    ...(evalEvery !== null && { evalEvery }),
  };
}
