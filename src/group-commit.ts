/** What is to be committed in the same turn of the event loop, in one transaction: a commit costs as much for eight pictures as for one. */
import type { Catalog } from './catalog/catalog.ts';

interface Waiting {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gives back a function that runs `work` in a transaction soon, with others', and resolves with its value after `committed` was called with
 * the values of all of them, in their order and in the same turn. Where one of them throws each gets a transaction of its own: so `work`
 * may run twice, and must do nothing but read and write the catalog.
 */
export function createGroupCommit<T>(
  catalog: Pick<Catalog, 'transaction'>,
  committed: (values: readonly T[]) => void,
): (work: () => T) => Promise<T> {
  let group: Waiting[] = [];

  function commit(some: readonly Waiting[]): void {
    try {
      const values = catalog.transaction(() => some.map(({ work }) => work()));
      committed(values as T[]);
      for (const [i, { resolve }] of some.entries()) resolve(values[i]);
    } catch (error) {
      if (some.length === 1) some[0]!.reject(error);
      else for (const one of some) commit([one]);
    }
  }
  function flush(): void {
    const some = group;
    group = [];
    commit(some);
  }

  return (work) =>
    new Promise<T>((resolve, reject) => {
      if (group.length === 0) setImmediate(flush);
      group.push({ work, resolve: resolve as (value: unknown) => void, reject });
    });
}
