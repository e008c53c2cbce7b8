import type { Collection, Labels } from '../../src/index.ts';

/** Labels of two of three images. @param asked takes each call: its name and its arguments */
export function createFakeLabels(find: Collection['image'], asked: unknown[][], o: Partial<Labels> = {}): Labels {
  const splits = { train: 1, validation: 0, test: 0, none: 1 };
  const counts = { labelled: 2, unlabelled: 1, conflicts: 1 };
  const tell = <A extends unknown[], T>(name: string, answer: (...args: A) => T) => {
    return (...args: A): T => {
      asked.push([name, ...args]);
      return answer(...args);
    };
  };
  return {
    list: () => ({ labels: [{ label: 'tiger', given: 2, predicted: 0, splits }], ...counts }),
    get(id) {
      find({ id });
      return { now: null, changes: [] };
    },
    set: tell('set', (id, { label }) => [{ ...find({ id }), label }]),
    rename: tell('rename', () => 2),
    merge: tell('merge', () => 3),
    importCsv: tell('importCsv', async () => ({ lines: 2, applied: 2, changed: 1, skipped: [] })),
    exportCsv: tell('exportCsv', async function* () {
      yield* ['path,label,split\n', 'tiger1.jpg,tiger,\n'];
    }),
    conflicts: () => [],
    ...o,
  };
}
