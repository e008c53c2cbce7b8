/**
 * Which pictures are nearly the same: what must not be trained on and asked about at once.
 */

/** Bits of 64 in which the perceptual hashes of near-copies differ at most. */
const nearBits = 8;
/** Of nine parts of two hashes that differ in eight bits one at least is the same in both. */
const parts = nearBits + 1;

/**
 * Pictures that are joined by a chain of near-copies make a group.
 * @param phashes 64-bit perceptual hashes, 16 hexadecimal digits each
 * @returns for each picture the place of the first one of its group
 */
export function nearCopyGroups(phashes: readonly string[]): Uint32Array {
  const firstOf = new Map<string, number>();
  for (const [i, phash] of phashes.entries()) if (!firstOf.has(phash)) firstOf.set(phash, i);
  const distinct = [...firstOf.values()];
  const high = Uint32Array.from(distinct, (i) => Number.parseInt(phashes[i]!.slice(0, 8), 16));
  const low = Uint32Array.from(distinct, (i) => Number.parseInt(phashes[i]!.slice(8), 16));
  const parents = Uint32Array.from(distinct, (_, i) => i);
  const root = (start: number): number => {
    let i = start;
    while (parents[i] !== i) {
      parents[i] = parents[parents[i]!]!;
      i = parents[i]!;
    }
    return i;
  };
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((part * 64) / parts);
    const width = Math.floor(((part + 1) * 64) / parts) - from;
    const buckets: number[][] = Array.from({ length: 2 ** width }, () => []);
    for (let i = 0; i < distinct.length; i++) {
      const bucket = buckets[bitsOf(high[i]!, low[i]!, from, width)]!;
      for (const j of bucket) {
        if (popCount(high[i]! ^ high[j]!) + popCount(low[i]! ^ low[j]!) > nearBits) continue;
        const [a, b] = [root(i), root(j)];
        // The smaller one: groups are named after their first picture.
        parents[Math.max(a, b)] = Math.min(a, b);
      }
      bucket.push(i);
    }
  }
  const placeOf = new Map(distinct.map((first, i) => [phashes[first]!, i]));
  return Uint32Array.from(phashes, (phash) => distinct[root(placeOf.get(phash)!)]!);
}

/** `width` bits (at most 8) of a number of 64, counted from the lowest. */
function bitsOf(high: number, low: number, from: number, width: number): number {
  const mask = 2 ** width - 1;
  if (from >= 32) return (high >>> (from - 32)) & mask;
  const bits = low >>> from;
  return (from + width > 32 ? bits | (high << (32 - from)) : bits) & mask;
}

function popCount(value: number): number {
  let x = value - ((value >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
