/**
 * Random numbers that a seed decides on every machine, so that a run can be repeated.
 */

/**
 * Numbers of one stream, 0 to below 1: sfc32 (C. Doty-Humphrey, PractRand). Streams of one seed have nothing in common, so that one for each
 * purpose and epoch needs no state kept between them.
 * @param key what the stream is for: integers of 32 bits, the seed first
 */
export function randomStream(...key: readonly number[]): () => number {
  let hash = 0x9e3779b9;
  for (const part of key) hash = mix(hash ^ mix(part + 0x85ebca6b));
  let [a, b, c, counter] = [hash, mix(hash + 1), mix(hash + 2), 1];
  const next = (): number => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** 0 to `length - 1` in random order (Fisher and Yates). */
export function permutation(length: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** The finaliser of MurmurHash3: every bit of the result depends on every one of the value. */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
