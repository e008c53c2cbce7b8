const space = '\u00a0';

/** `92.3 %`; a dash for null. */
export function percent(value: number | null): string {
  return value === null ? '–' : `${(value * 100).toFixed(1)}${space}%`;
}

/** `1,234` */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 picture` */
export function pictures(value: number): string {
  return `${count(value)}${space}${value === 1 ? 'picture' : 'pictures'}`;
}

/** Three digits, as few as a number needs: `0.301`, `12.3`, `250`. */
export function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

/** For an SVG: a tenth of a unit is fine enough. */
export function place(value: number): number {
  return Math.round(value * 10) / 10;
}
