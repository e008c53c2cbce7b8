/** The places of the `count` largest of some numbers, largest first; equal ones by their place. */
export function topPlaces(values: ArrayLike<number>, count: number, from = 0, length = values.length): number[] {
  const top: number[] = [];
  for (let i = 0; i < length; i++) {
    const value = values[from + i]!;
    if (top.length === count && value <= values[from + top[count - 1]!]!) continue;
    let at = top.length === count ? count - 1 : top.length;
    for (; at > 0 && values[from + top[at - 1]!]! < value; at--) top[at] = top[at - 1]!;
    top[at] = i;
  }
  return top;
}
