import { expect, test } from 'vitest';
import { shorten, widthOf } from '../../../src/report/fit.ts';

test.each([
  ['tulips', 6],
  ['虎猫', 4],
  ['e\u0301clair', 6],
  ['👩‍🌾', 2],
  ['ﬁ', 1],
])('%j is as wide as a terminal draws it', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

test.each([
  ['tulips', 6, 'tulips'],
  ['train/tulips/11746367_d23a35b085_n.jpg', 21, 'train/tuli…b085_n.jpg'],
  ['great white shark', 2, 'g…'],
  ['虎猫虎猫虎猫', 8, '虎猫…猫'],
  ['👩‍🌾👩‍🌾👩‍🌾', 5, '👩‍🌾…👩‍🌾'],
])('%j in %d columns keeps its beginning and its end', (text, width, expected) => {
  expect(shorten(text, width)).toBe(expected);
  expect(widthOf(expected)).toBeLessThanOrEqual(width);
});
