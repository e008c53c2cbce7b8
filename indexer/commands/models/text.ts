/** How quantities are written for people. */

/** `58889256` → `58.9 MB` */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const steps = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** `15346630656` → `15.3 G` */
export function short(count: number): string {
  for (const [size, letter] of steps) if (count >= size) return `${(count / size).toFixed(1)} ${letter}`;
  return String(count);
}

/** Columns of one width each, but for the last; cells that are numbers stand at the right of theirs. */
export function columns(rows: readonly (readonly (string | number)[])[]): string[] {
  const texts = rows.map((row) => row.map((cell) => String(cell)));
  const widths = texts[0]?.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0))) ?? [];
  return texts.map((row, r) =>
    row
      .map((text, column) => {
        const isNumber = typeof rows[r]![column] === 'number';
        return isNumber ? text.padStart(widths[column]!) : text.padEnd(widths[column]!);
      })
      .join('  ')
      .trimEnd(),
  );
}
