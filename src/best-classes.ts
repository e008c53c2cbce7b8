/**
 * From the probabilities of all classes to the best ones, as they are shown and as they are stored.
 */
import type { ClassesTable } from './catalog/tables/classes.ts';
import { PixkinError } from './errors.ts';
import { type ClassName, type ClassScore, topClasses } from './model/classes.ts';
import type { ContentId, Embedded } from './types.ts';

/** Classes of a picture that are stored when it is indexed. */
const stored = 5;

/** Stores what came with an embedding, where the network was told to give classes. */
export function keepClasses(
  { backbone, classes }: { readonly backbone: string; readonly classes: ClassesTable },
  content: ContentId,
  embedded: Pick<Embedded, 'classes'>,
): void {
  if (embedded.classes) classes.put(content, bestClasses(backbone, classes.names(), embedded.classes, stored));
}

/**
 * Most probable first, each to six decimals: what is beyond them differs between machines, and what is shown is what is filtered by.
 * @throws PixkinError `backbone_invalid` where names and probabilities are not as many
 */
export function bestClasses(
  backbone: string,
  names: readonly ClassName[],
  probabilities: Float32Array,
  count: number,
): readonly ClassScore[] {
  if (probabilities.length !== names.length) {
    throw new PixkinError(
      'backbone_invalid',
      `${backbone}: its labels must name ${probabilities.length} classes, one for each of its scores; they name ${names.length}`,
    );
  }
  return topClasses(probabilities, count).map(({ index, p }) => ({ index, p: Math.round(p * 1e6) / 1e6 }));
}
