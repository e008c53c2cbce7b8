import { join } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import { isFailureReason, PixkinError } from '../errors.ts';
import { underWay } from '../group.ts';
import type { ContentId, Workers } from '../types.ts';

/** At most so many pictures, and none is begun after so long. */
const most = { pictures: 48, ms: 4000 };

export interface Speed {
  /** Pictures that were embedded. */
  readonly sample: number;
  /** Pictures a second; null where none could be read. */
  readonly rate: number | null;
}

/**
 * How fast a network embeds some of these pictures, all processes at work and warm. What cannot be read is left out.
 * @throws PixkinError where the network cannot be loaded or run
 */
export async function measureSpeed(
  catalog: Catalog,
  workers: Workers,
  contents: readonly ContentId[],
  signal: AbortSignal,
): Promise<Speed> {
  await workers.ready();
  const paths = spread(contents, most.pictures).flatMap((content) => {
    const image = catalog.images.ofContent(content).find(({ offline }) => !offline);
    return image ? [join(catalog.roots.locate(image.root).path, image.image)] : [];
  });
  const embed = async (path: string): Promise<number> => {
    try {
      await workers.embed({ path }, { priority: 'bulk', signal });
      return 1;
    } catch (error) {
      if (error instanceof PixkinError && isFailureReason(error.code)) return 0;
      throw error;
    }
  };
  // Each process loads the network before its first picture.
  await Promise.all(paths.slice(0, workers.stats().size).map(embed));
  const begun = performance.now();
  let [next, sample] = [0, 0];
  const lane = async (): Promise<void> => {
    while (next < paths.length && performance.now() - begun < most.ms) {
      const read = await embed(paths[next++]!);
      sample += read;
    }
  };
  await Promise.all(Array.from({ length: underWay(workers.stats().size) }, lane));
  return { sample, rate: sample === 0 ? null : (sample * 1000) / (performance.now() - begun) };
}

/** At most `count` of them, evenly spread. */
export function spread<T>(all: readonly T[], count: number): T[] {
  if (all.length <= count) return [...all];
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);
}
