/** Two lines: everything in the first goes before anything in the second. */
export interface Queue<T> {
  readonly length: number;
  /** How many wait in the line of queries. */
  readonly queries: number;
  add(item: T, query: boolean): void;
  /** Back to the head of its line. */
  putBack(item: T, query: boolean): void;
  take(): T | undefined;
  remove(item: T): void;
  clear(): T[];
}

export function createQueue<T>(): Queue<T> {
  const lines: { readonly query: T[]; readonly bulk: T[] } = { query: [], bulk: [] };
  const line = (query: boolean) => (query ? lines.query : lines.bulk);
  return {
    get length() {
      return lines.query.length + lines.bulk.length;
    },
    get queries() {
      return lines.query.length;
    },
    add: (item, query) => line(query).push(item),
    putBack: (item, query) => line(query).unshift(item),
    take: () => lines.query.shift() ?? lines.bulk.shift(),
    remove(item) {
      for (const one of [lines.query, lines.bulk]) {
        const at = one.indexOf(item);
        if (at >= 0) one.splice(at, 1);
      }
    },
    clear: () => [...lines.query.splice(0), ...lines.bulk.splice(0)],
  };
}
