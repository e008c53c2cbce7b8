import { expect, test } from 'vitest';
import { architectures, trainableArchitectures } from '../../../../src/model/architectures/index.ts';
import { smallCnn } from '../../../../src/model/architectures/small-cnn.ts';
import { normaliseConfig } from '../../../../src/model/keras-config.ts';
import { cutLayer } from '../../../../src/model/truncate.ts';
import { linesOf } from './lines.ts';

test('a small network for small pictures: 128 numbers, of 8 pixels or more', () => {
  const shapeAt = (size: number) => linesOf(smallCnn.config({ top: false, width: size, height: size })).at(-1)!.shape;
  expect(shapeAt(32)).toEqual([4, 4, 128]);
  expect(shapeAt(smallCnn.minimum)).toEqual([1, 1, 128]);
  expect(() => smallCnn.config({ top: false, width: 7 })).toThrow('at least 8; got 7');
});

test('without the top it ends where the whole one is cut', () => {
  expect(cutLayer(normaliseConfig(smallCnn.config({ top: true }), 'small-cnn'))).toBe('conv4_relu');
});

test('it can be trained by its name, but is none of those that are published', () => {
  expect(trainableArchitectures.get('small-cnn')).toBe(smallCnn);
  expect(trainableArchitectures.size).toBe(architectures.size + 1);
  expect(architectures.has('small-cnn')).toBe(false);
});
