import { expect, test } from 'vitest';
import type { Catalog } from '../../../../src/catalog/catalog.ts';
import type { ClassesTable } from '../../../../src/catalog/tables/classes.ts';
import { openSmall } from '../facts.ts';

const names = [
  { id: 'n1', name: 'tiger' },
  { id: 'n2', name: 'crane' },
  { id: 'n3', name: 'crane' },
];

/** The classes of the space that openSmall makes, or of another one. */
function classesOf(catalog: Catalog, fingerprint = '0123456789abcdef'): ClassesTable {
  return catalog.classes(catalog.spaces.put({ fingerprint, backbone: 'tiny', folder: '/models/tiny', dim: 2 }));
}

test('the classes of a content are read back with their names, best first, and put anew in place of the old ones', () => {
  const { catalog, put } = openSmall();
  const classes = classesOf(catalog);
  classes.setNames(names);
  const { content } = put('left', 'a');
  expect(classes.of(content)).toEqual([]);
  const top = [
    { index: 2, p: 0.75 },
    { index: 0, p: 0.25 },
  ];
  for (const some of [top, top, top.slice(0, 1)]) classes.put(content, some);
  expect(classes.of(content)).toEqual([{ label: 'crane', p: 0.75, wnid: 'n3' }]);
  classes.put(content, top);
  expect(classes.of(content).map(({ wnid }) => wnid)).toEqual(['n3', 'n1']);
  expect(classes.counts()).toEqual({ classified: 1, lacking: 0 });
});

test('names are those that the network has now, also after a restart', () => {
  const { catalog, put } = openSmall();
  const classes = classesOf(catalog);
  expect(classes.names()).toEqual([]);
  classes.setNames(names);
  const { content } = put('left', 'a');
  classes.put(content, [{ index: 0, p: 1 }]);
  classes.setNames([{ id: 'n1', name: 'Tiger' }, ...names.slice(1)]);
  expect(classesOf(catalog).names()[0]).toEqual({ id: 'n1', name: 'Tiger' });
  expect(classes.of(content)).toEqual([{ label: 'Tiger', p: 1, wnid: 'n1' }]);
});

test('a filter finds contents in results by any of its classes, from its probability on, in its space only', () => {
  const { catalog, put, drop } = openSmall();
  const [classes, others] = [classesOf(catalog), classesOf(catalog, 'f'.repeat(16))];
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((path) => put('left', path));
  classes.put(a!.content, [
    { index: 0, p: 0.6 },
    { index: 1, p: 0.4 },
  ]);
  classes.put(b!.content, [{ index: 1, p: 0.3 }]);
  classes.put(c!.content, [{ index: 0, p: 0.9 }]);
  others.put(d!.content, [{ index: 0, p: 1 }]);
  const found = (places: number[], minP: number) => [...classes.contentsOf(classes.filter(places, minP))].sort();
  expect(found([0], 0)).toEqual([a!.content, c!.content]);
  expect(found([0], 0.6)).toEqual([a!.content, c!.content]);
  expect(found([0], 0.7)).toEqual([c!.content]);
  expect(found([0, 1], 0.1)).toEqual([a!.content, b!.content, c!.content]);
  expect(found([2], 0)).toEqual([]);
  drop(c!);
  expect(found([0], 0)).toEqual([a!.content]);
  const page = (after: number, limit: number, root?: string) =>
    catalog.images
      .page({ after, limit, classes: classes.filter([0, 1], 0.1), ...(root !== undefined && { root }) })
      .map(({ image }) => image);
  expect(page(0, 10)).toEqual(['a', 'b']);
  expect(page(0, 1)).toEqual(['a']);
  expect(page(a!.image, 10)).toEqual(['b']);
  expect(page(0, 10, 'right')).toEqual([]);
});

test('what is embedded, in results, and has no classes is lacking', () => {
  const { catalog, embeddings, put, drop } = openSmall();
  const classes = classesOf(catalog);
  const [a, b, c] = ['a', 'b', 'c'].map((path) => put('left', path));
  classes.put(a!.content, [{ index: 0, p: 1 }]);
  drop(c!);
  expect(classes.lacking()).toEqual([b!.content]);
  expect(classes.counts()).toEqual({ classified: 1, lacking: 1 });
  expect(embeddings.lackingCount()).toBe(0);
  expect(classesOf(catalog, 'f'.repeat(16)).lacking()).toEqual([]);
});

test('a purge takes the classes of a content in every space', () => {
  const { catalog, put, drop } = openSmall();
  const spaces = [classesOf(catalog), classesOf(catalog, 'f'.repeat(16))];
  const [gone, kept] = ['a', 'b'].map((path) => put('left', path));
  for (const classes of spaces) for (const { content } of [gone!, kept!]) classes.put(content, [{ index: 0, p: 1 }]);
  drop(gone!, 1);
  expect(catalog.purge(2, 10)).toHaveLength(1);
  expect(spaces.map((classes) => classes.of(gone!.content))).toEqual([[], []]);
  expect(spaces.map((classes) => classes.isEmpty())).toEqual([false, false]);
});

test('a space is cleared of its classes a piece at a time, and then gone with their names', () => {
  const { catalog, put } = openSmall();
  const [classes, others] = [classesOf(catalog), classesOf(catalog, 'f'.repeat(16))];
  classes.setNames(names);
  for (const path of ['a', 'b', 'c']) {
    const { content } = put('left', path);
    for (const table of [classes, others]) table.put(content, [{ index: 0, p: 1 }]);
  }
  const cleared: number[] = [];
  while (cleared.at(-1) !== 0) cleared.push(catalog.spaces.clear('0123456789abcdef', 2));
  expect(cleared).toEqual([4, 2, 0]);
  catalog.spaces.delete('0123456789abcdef');
  expect([classes.isEmpty(), others.isEmpty()]).toEqual([true, false]);
  expect(classesOf(catalog).names()).toEqual([]);
});
