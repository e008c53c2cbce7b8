/** Names that an error proposes. */
const mostNear = 5;
/** What is compared of a text. */
const longest = 80;

/**
 * Names that are typed nearly as `wanted` is, that share a word with it, or that have a word that is typed nearly the same; the nearest
 * first, at most five. Neither case nor `_` for a blank makes a difference.
 */
export function nearNames(names: Iterable<string>, wanted: string): string[] {
  const text = plainName(wanted).slice(0, longest);
  const asked = text.split(' ');
  const ranked = [...new Set(names)].map((name) => {
    const plain = plainName(name).slice(0, longest);
    const words = plain.split(/[ ,-]+/);
    const ofWords = asked.some((word) => words.includes(word))
      ? 1.5
      : 1 + Math.min(...words.map((word) => edits(word, text)));
    return { name, distance: Math.min(edits(plain, text), ofWords) };
  });
  return ranked
    .filter(({ distance }) => distance <= Math.max(1.5, text.length / 3))
    .sort((a, b) => a.distance - b.distance || a.name.length - b.name.length)
    .slice(0, mostNear)
    .map(({ name }) => name);
}

/** A name as it is compared where that need not be exact. */
export const plainName = (text: string): string => text.normalize('NFC').trim().toLowerCase().replaceAll('_', ' ');

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
