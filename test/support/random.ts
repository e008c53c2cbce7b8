/** Numbers from 0 to below 1, the same for the same seed (mulberry32 by Tommy Ettinger). */
export function createRandom(seed: number): { fraction(): number; below(n: number): number } {
  let state = seed;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { fraction, below: (n) => Math.floor(fraction() * n) };
}

/** The seed of this run: `PIXKIN_SEED`, so that a failure can be had again, else a new one. Printed. */
export function seedOf(name: string): number {
  const seed = Number(process.env.PIXKIN_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${name}: PIXKIN_SEED=${seed}`);
  return seed;
}
