import type { Entry, VectorSource } from '../types.ts';
import { createExactIndex, type ExactIndex } from './exact.ts';
import type { Turns } from './turns.ts';

/**
 * Everything the catalog has, as an exact index. Read in pieces; what is committed meanwhile is in it.
 * @param use is called with it while nothing can be committed in between
 */
export async function loadExact(
  source: VectorSource,
  turns: Turns,
  use: (exact: ExactIndex) => void = () => {},
): Promise<ExactIndex> {
  const exact = createExactIndex({ dim: source.dim, turns });
  const begun = source.revision();
  let limit = Math.max(16, Math.floor(2 ** 17 / source.dim));
  for (let since = 0; ; ) {
    await turns.take();
    const page: readonly (Entry & { readonly revision: number })[] = source.added(since, limit);
    const last = page.at(-1)?.revision ?? since;
    if (page.length < limit) {
      // The last page and what was removed are read in one breath: nothing is committed in between.
      const revision = source.revision();
      const removed = source.removed(begun).filter((content) => !page.some((entry) => entry.content === content));
      await exact.apply({ add: page, remove: removed, revision });
      if (source.revision() === revision) {
        use(exact);
        return exact;
      }
      since = revision;
      continue;
    }
    await exact.apply({ add: page, remove: [], revision: last });
    // The page may have ended between two contents of one revision: that revision is read again, adding twice is harmless.
    if (last - 1 > since) since = last - 1;
    else limit *= 2;
  }
}
