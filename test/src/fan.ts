/** Pictures whose similarity can be told by heart, and short ways to ask for them. */
import type { Query, SearchOptions } from '../../src/types.ts';
import { type Engine, openEngine } from './engine.ts';
import { picture } from './fake-workers.ts';

/** A picture at this angle from [1, 0], in degrees: the cosine of two is that of the difference. */
export const at = (degrees: number, rest?: string): Buffer => {
  const radians = (degrees * Math.PI) / 180;
  return picture([Math.cos(radians), Math.sin(radians)], rest);
};
export const ask = (image: string): Query => ({ address: { image } });

export async function names(e: Engine, query: Query, o?: SearchOptions): Promise<string[]> {
  return (await e.collection.search(query, o)).results.map((r) => r.image);
}

/** Pictures `0.jpg`, `10.jpg`, … at these angles. */
export async function fan(degrees: readonly number[]): Promise<Engine> {
  const e = await openEngine();
  for (const d of degrees) await e.add(`${d}.jpg`, at(d));
  return e;
}
