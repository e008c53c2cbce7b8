import { expect, test } from 'vitest';
import { readNumber, readPositive, readSize, readTriple } from '../../../indexer/commands/models/flags.ts';

test('a number may be a fraction', () => {
  expect(readNumber('--scale', '0.5')).toBe(0.5);
  expect(readNumber('--scale', '1/255')).toBe(1 / 255);
  expect(readNumber('--mean', '-1e-3')).toBe(-0.001);
});

test('a triple may be one number', () => {
  expect(readTriple('--mean', '103.9, 116.8,1/2')).toEqual([103.9, 116.8, 0.5]);
  expect(readTriple('--std', '255')).toEqual([255, 255, 255]);
});

test('a size may be one edge', () => {
  expect(readSize('--size', '224')).toEqual({ width: 224, height: 224 });
  expect(readSize('--size', '320x240')).toEqual({ width: 320, height: 240 });
});

test.each([
  [() => readNumber('--scale', 'much'), "--scale must be a number, such as 0.5 or 1/255; got 'much'"],
  [() => readNumber('--scale', '1/0'), "got '1/0'"],
  [() => readNumber('--scale', ''), "got ''"],
  [() => readPositive('--scale', '0'), "--scale must be above 0; got '0'"],
  [() => readTriple('--mean', '1,2'), "--mean must be one number, or three with commas between them; got '1,2'"],
  [() => readTriple('--mean', '1,2,x'), "--mean must be a number, such as 0.5 or 1/255; got 'x'"],
  [() => readSize('--size', '0'), "--size must be pixels, such as 224 or 320x240; got '0'"],
  [() => readSize('--size', '224x'), "got '224x'"],
])('what is none of them is a usage error that quotes it: %s', (read, message) => {
  expect(read).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }));
});
