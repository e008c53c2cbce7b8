/** Two lines: everything in the first goes before anything in the second. */
export interface Queue<T> {
  readonly length: number;
  /** How many wait in the line of queries. */
  readonly queries: number;
  add(item: T, query: boolean): void;
  /** Back to the head of its line. */
  putBack(item: T, query: boolean): void;
  /** One of the first line, else as many of the second as are wanted: its head, and what follows while `joins` it. */
  take(most: number, joins: (head: T, next: T) => boolean): T[];
  takeQuery(): T | undefined;
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
    take(most, joins) {
      const query = lines.query.shift();
      if (query) return [query];
      const [head] = lines.bulk;
      if (head === undefined) return [];
      let count = 1;
      while (count < Math.min(most, lines.bulk.length) && joins(head, lines.bulk[count]!)) count++;
      return lines.bulk.splice(0, count);
    },
    takeQuery: () => lines.query.shift(),
    remove(item) {
      for (const one of [lines.query, lines.bulk]) {
        const at = one.indexOf(item);
        if (at >= 0) one.splice(at, 1);
      }
    },
    clear: () => [...lines.query.splice(0), ...lines.bulk.splice(0)],
  };
}
