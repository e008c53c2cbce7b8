/**
 * Searches among pictures of some classes: names as people type them become places in the network's scores.
 */
import type { ClassFilter } from './catalog/tables/classes.ts';
import { PixkinError } from './errors.ts';
import type { ClassName } from './model/classes.ts';
import type { Space } from './spaces/space.ts';
import type { ClassesStatus, ClassQuery } from './types.ts';

type ClassesOfSpace = Pick<Space, 'backbone' | 'classes' | 'storesClasses'>;

/** Below that, a network only guesses. */
const usualP = 0.1;
/** Names that an error proposes. */
const mostNear = 5;

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
    const wanted = plain(one);
    const places = names.flatMap(({ id, name }, i) => (plain(name) === wanted || plain(id) === wanted ? [i] : []));
    for (const place of places) found.add(place);
    if (places.length > 0) continue;
    const near = nearNames(names, wanted.slice(0, 80));
    throw new PixkinError(
      'invalid_request',
      `class must be a name or wnid of the ${names.length} classes of ${backbone}; got ${JSON.stringify(one.slice(0, 80))}`,
      near.length > 0 ? { hint: `near: ${near.join(', ')}` } : {},
    );
  }
  return [...found];
}

const plain = (text: string): string => text.normalize('NFC').trim().toLowerCase().replaceAll('_', ' ');

/** Names that are typed nearly the same, that share a word, or that have a word that is typed nearly the same. */
function nearNames(names: readonly ClassName[], wanted: string): string[] {
  const asked = wanted.split(' ');
  const ranked = [...new Set(names.map(({ name }) => name))].map((name) => {
    const words = plain(name).split(/[ ,-]+/);
    const ofWords = asked.some((word) => words.includes(word))
      ? 1.5
      : 1 + Math.min(...words.map((word) => edits(word, wanted)));
    return { name, distance: Math.min(edits(plain(name), wanted), ofWords) };
  });
  return ranked
    .filter(({ distance }) => distance <= Math.max(1.5, wanted.length / 3))
    .sort((a, b) => a.distance - b.distance || a.name.length - b.name.length)
    .slice(0, mostNear)
    .map(({ name }) => name);
}

/** Letters to insert, delete or replace until one text is the other (Levenshtein 1965). */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced));
    }
    row = next;
  }
  return row[b.length]!;
}
