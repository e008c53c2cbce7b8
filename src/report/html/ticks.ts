/**
 * Round values that divide a range, about `count` steps of 1, 2 or 5 times a power of ten.
 * @returns ascending; the first is at most `least` and the last at least `most`
 */
export function ticksOf(least: number, most: number, count: number): number[] {
  const span = most - least || Math.abs(most) || 1;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= rough * (1 - 1e-9))!;
  const first = Math.floor(least / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(most / step - 1e-9));
  // Multiples, not sums: these are as round as they can be.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
