import { expect, test } from 'vitest';
import { widthOf } from '../../../../src/report/fit.ts';
import { type Column, table } from '../../../../src/report/text/columns.ts';

const columns: Column[] = [
  { head: 'given', mayShrink: true },
  { head: 'predicted', mayShrink: true },
  { head: 'p', isNumber: true },
];

test('words stand left and numbers right', () => {
  const rows = [
    ['roses', 'tulips', '.5'],
    ['a', 'b', '1.000'],
  ];
  expect(table(columns, rows, 80)).toEqual([
    'given  predicted      p',
    'roses  tulips        .5',
    'a      b          1.000',
  ]);
});

test('what is too wide is cut, the widest column first', () => {
  const [head, row] = table(columns, [['n01484850 great white shark, man-eater', '虎'.repeat(15), '.5']], 40);
  expect(head).toBe('given              predicted           p');
  expect(row).toBe('n0148485…an-eater  虎虎虎虎…虎虎虎虎  .5');
  expect(widthOf(row!)).toBeLessThanOrEqual(40);
});

test('a column keeps eight characters on the narrowest terminal', () => {
  expect(table(columns, [['abcdefghijkl', 'mnopqrstuvwx', '.5']], 5)[1]).toBe('abcd…jkl  mnop…vwx  .5');
});

test('what a terminal would obey is not written', () => {
  expect(table(columns, [['\u001b[31mred', 'a\nb', '']], 80)[1]).toBe('\ufffd[31mred  a\ufffdb');
});
