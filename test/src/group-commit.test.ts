import { expect, test } from 'vitest';
import { openCatalog } from '../../src/catalog/catalog.ts';
import { createGroupCommit } from '../../src/group-commit.ts';

function start() {
  const catalog = openCatalog(':memory:');
  const groups: (readonly string[])[] = [];
  let transactions = 0;
  const counted = <T>(work: () => T): T => {
    transactions++;
    return catalog.transaction(work);
  };
  const commit = createGroupCommit<string>({ transaction: counted }, (values) => {
    groups.push(values);
  });
  const stored = (): string => catalog.meta.get('space') ?? '';
  const put = (letter: string) => () => {
    catalog.meta.set('space', stored() + letter);
    return letter;
  };
  return { commit, groups, put, stored, transactions: () => transactions };
}

test('what is committed in one turn shares a transaction, and is told in its order before anybody goes on', async () => {
  const { commit, groups, put, stored, transactions } = start();
  const first = commit(put('a')).then(() => groups.length);
  await expect(Promise.all([first, commit(put('b')), commit(put('c'))])).resolves.toEqual([1, 'b', 'c']);
  expect(groups).toEqual([['a', 'b', 'c']]);
  expect(transactions()).toBe(1);
  await commit(put('d'));
  expect(transactions()).toBe(2);
  expect(stored()).toBe('abcd');
});

test('one that throws leaves nothing behind, and the others are committed all the same', async () => {
  const { commit, groups, put, stored } = start();
  const bad = commit(() => {
    put('b')();
    throw new Error('no');
  });
  const ends = await Promise.allSettled([commit(put('a')), bad, commit(put('c'))]);
  expect(ends.map((end) => end.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(groups.flat()).toEqual(['a', 'c']);
  expect(stored()).toBe('ac');
});
