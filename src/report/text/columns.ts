/**
 * Tables in columns of characters.
 */
import { shorten, widthOf } from '../fit.ts';

export interface Column {
  readonly head: string;
  /** Absent: left, as words are. */
  readonly isNumber?: boolean;
  /** It is cut where the table would be too wide. */
  readonly mayShrink?: boolean;
}

const gap = 2;
/** A column that is cut keeps so many characters, however narrow the terminal is. */
const least = 8;

/** Lines at most `width` characters wide where the columns that may shrink allow that. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const lines = [columns.map(({ head }) => head), ...rows.map((row) => row.map(printable))];
  const widths = columns.map((_, i) => lines.reduce((most, row) => Math.max(most, widthOf(row[i]!)), 0));
  shrink(widths, columns, width);
  return lines.map((row) =>
    row
      .map((cell, i) => pad(shorten(cell, widths[i]!), widths[i]!, columns[i]!.isNumber === true))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

/** Takes from the widest first. */
function shrink(widths: number[], columns: readonly Column[], width: number): void {
  const shrinking = columns.flatMap(({ mayShrink }, i) => (mayShrink ? [i] : []));
  let over = widths.reduce((sum, one) => sum + one, 0) + gap * (widths.length - 1) - width;
  for (; over > 0; over--) {
    const widest = shrinking.reduce((best, i) => (widths[i]! > (widths[best] ?? 0) ? i : best), -1);
    if (widest < 0 || widths[widest]! <= least) return;
    widths[widest]!--;
  }
}

function pad(text: string, width: number, isNumber: boolean): string {
  const blank = ' '.repeat(Math.max(0, width - widthOf(text)));
  return isNumber ? blank + text : text + blank;
}

/** A file's name may hold what a terminal obeys. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\ufffd');
}
