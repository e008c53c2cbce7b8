/**
 * Searches among pictures of some classes: names as people type them become places in the network's scores.
 */
import type { ClassFilter } from './catalog/tables/classes.ts';
import { PixkinError } from './errors.ts';
import type { ClassName } from './model/classes.ts';
import { nearNames, plainName } from './near-names.ts';
import type { Space } from './spaces/space.ts';
import type { ClassesStatus, ClassQuery } from './types.ts';

type ClassesOfSpace = Pick<Space, 'backbone' | 'classes' | 'storesClasses'>;

/** Below that, a network only guesses. */
const usualP = 0.1;

/**
 * @throws PixkinError `no_classes` where the network has none, or where none are stored, nor will be; `invalid_request` where a class is not known, or a
 *   probability is none
 */
export function classFilter(
  { backbone, classes, storesClasses }: ClassesOfSpace,
  { anyOf, minP = usualP }: ClassQuery,
): ClassFilter {
  if (!(minP >= 0 && minP <= 1)) {
    throw new PixkinError('invalid_request', `class_min_p must be a number from 0 to 1; got ${minP}`);
  }
  const names = classes.names();
  requireClasses(backbone, names);
  const places = findClasses(backbone, names, anyOf);
  if (storesClasses || !classes.isEmpty()) return classes.filter(places, minP);
  throw new PixkinError('no_classes', 'no picture has classes: they are stored where --classify says so', {
    hint: 'indexer rebuild --classify stores those of what is indexed, indexer serve --classify those of new pictures',
  });
}

/** null where the network tells none apart. */
export function classesStatus({ classes, storesClasses: stored }: ClassesOfSpace): ClassesStatus | null {
  if (classes.names().length === 0) return null;
  return { stored, ...classes.counts() };
}

/** @throws PixkinError `no_classes` where a network has no names of classes */
export function requireClasses(backbone: string, names: readonly ClassName[]): void {
  if (names.length > 0) return;
  throw new PixkinError('no_classes', `network ${backbone} tells no classes apart: it ends before them`, {
    hint: 'take one with its top: --backbone efficientnet-lite0, or one of indexer models pull NAME --with-top',
  });
}

/**
 * The places of all classes that are meant, by name or wnid. Case does not matter, and `_` is a blank, as Keras writes names.
 * @throws PixkinError `invalid_request`, with names that are near
 */
export function findClasses(backbone: string, names: readonly ClassName[], asked: readonly string[]): number[] {
  const found = new Set<number>();
  for (const one of asked) {
    const wanted = plainName(one);
    const places = names.flatMap(({ id, name }, i) =>
      plainName(name) === wanted || plainName(id) === wanted ? [i] : [],
    );
    for (const place of places) found.add(place);
    if (places.length > 0) continue;
    const near = nearNames(
      names.map(({ name }) => name),
      wanted,
    );
    throw new PixkinError(
      'invalid_request',
      `class must be a name or wnid of the ${names.length} classes of ${backbone}; got ${JSON.stringify(one.slice(0, 80))}`,
      near.length > 0 ? { hint: `near: ${near.join(', ')}` } : {},
    );
  }
  return [...found];
}
