/**
 * How wide a text is where letters are as wide as one another, or nearly: on a terminal, and in a drawing.
 */
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** One letter, one column. */
const plain = /^[ -~]*$/;
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;

/** Columns that a terminal gives it: two for a wide letter. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length;
  return lettersOf(text).reduce((sum, letter) => sum + (wide.test(letter) ? 2 : 1), 0);
}

/** A text of at most `width` columns: its beginning and its end, which tell long labels and paths apart. */
export function shorten(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const letters = lettersOf(text);
  const end = take([...letters].reverse(), Math.floor((width - 1) / 2)).reverse();
  const start = take(letters, width - 1 - widthOf(end.join('')));
  return `${start.join('')}…${end.join('')}`;
}

function take(letters: readonly string[], width: number): string[] {
  let used = 0;
  const taken: string[] = [];
  for (const letter of letters) {
    used += widthOf(letter);
    if (used > width) break;
    taken.push(letter);
  }
  return taken;
}

function lettersOf(text: string): string[] {
  // The segmenter takes a hundred times as long.
  return plain.test(text) ? [...text] : [...segmenter.segment(text)].map(({ segment }) => segment);
}
