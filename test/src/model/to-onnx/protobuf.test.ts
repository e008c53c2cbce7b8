import { expect, test } from 'vitest';
import { delimited, float, integer, LARGEST_MESSAGE, text, toBytes } from '../../../../src/model/to-onnx/protobuf.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// The first three are the examples of https://protobuf.dev/programming-guides/encoding
test.each([
  ['a number of two bytes', integer(1, 150), '089601'],
  ['text', text(2, 'testing'), '120774657374696e67'],
  ['a message in a message', delimited(3, integer(1, 150)), '1a03089601'],
  ['a negative number, in all of its 64 bits', integer(1, -2), '08feffffffffffffffff01'],
  ['the largest number', integer(1, 2n ** 63n - 1n), '08ffffffffffffffff7f'],
  ['a float', float(2, -1.5), '150000c0bf'],
  ['a field beyond 15', integer(20, 2), 'a00102'],
  ['no bytes', delimited(9, []), '4a00'],
  ['several fields', [...integer(1, 1), ...text(2, 'é')], '08011202c3a9'],
])('%s is written as the specification says', (_title, fields, expected) => {
  expect(hex(toBytes(fields))).toBe(expected);
});

test('bytes that are made late are written into their place, in their turn', () => {
  const turns: string[] = [];
  const late = (name: string, length: number) => ({
    length,
    write(target: Uint8Array) {
      turns.push(name);
      target.fill(length);
    },
  });
  const fields = [...delimited(1, [late('a', 2)]), ...integer(2, 7), ...delimited(3, [late('b', 3)])];
  expect(turns).toEqual([]);
  expect(hex(toBytes(fields))).toBe('0a0202021007' + '1a03030303');
  expect(turns).toEqual(['a', 'b']);
});

test('a message that is too large is refused before any of it is made', () => {
  const write = (): never => {
    throw new Error('nothing must be made');
  };
  expect(() => toBytes(delimited(1, [{ length: LARGEST_MESSAGE, write }]))).toThrow(
    /an ONNX file has at most 2147483647 bytes; got 2147483653/,
  );
});
