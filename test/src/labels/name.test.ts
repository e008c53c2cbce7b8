import { expect, test } from 'vitest';
import { labelOf, requireLabel } from '../../../src/labels/name.ts';

test.each([
  ['tiger', 'tiger'],
  ['  Bengal tiger\n', 'Bengal tiger'],
  ['Tiger', 'Tiger'],
  ['Lo\u0308we', 'L\u00f6we'],
  ['虎', '虎'],
  ['🐅'.repeat(200), '🐅'.repeat(200)],
])('%j is the label %j', (text, label) => {
  expect(labelOf(text)).toBe(label);
});

test.each(['', '  ', 'a\tb', 'a\nb', 'a\u0000', '\u007f', 'x'.repeat(201), '\ud83d'])('%j is none', (text) => {
  expect(labelOf(text)).toBeNull();
  expect(() => requireLabel('to', text)).toThrow(
    expect.objectContaining({
      code: 'invalid_request',
      message: expect.stringMatching(/^to must be 1 to 200 characters, none of them a control character; got "/),
    }),
  );
});
