import { expect, test } from 'vitest';
import { checkTrainingData, fingerprintOf, type TrainingData } from '../../../src/head/training-data.ts';
import { blobs } from './blobs.ts';

const data = blobs({ tulip: 2, daisy: 3 }, { dim: 4 });
const [first, ...others] = data.pictures;
const withFirst = (change: object): TrainingData => ({
  ...data,
  pictures: [{ ...first!, ...change }, ...others],
});

test('labels become classes in their order, whatever that of the pictures is', () => {
  expect(checkTrainingData(data)).toEqual({ labels: ['daisy', 'tulip'], given: Uint32Array.of(1, 1, 0, 0, 0) });
});

test.each<[string, TrainingData, string]>([
  ['no picture', { ...data, vectors: new Float32Array(), pictures: [] }, 'a head needs labelled pictures; got none'],
  ['one label', blobs({ tulip: 9 }), 'a head tells labels apart, so it needs at least two; got only "tulip"'],
  [
    'a number too few',
    { ...data, vectors: data.vectors.subarray(1) },
    'vectors must have 4 numbers for each of 5 pictures; got 19',
  ],
  ['no dimension', { ...data, dim: 0 }, 'dim must be an integer >= 1; got 0'],
  ['an empty label', withFirst({ label: '' }), 'picture 0 must have a label; got '],
  ['half a hash', withFirst({ phash: '12ab' }), 'phash of picture 0 must be 16 hexadecimal digits; got 12ab'],
  ['another split', withFirst({ split: 'dev' }), 'split of picture 0 must be train, validation, test or null; got dev'],
  [
    'not a number',
    { ...data, vectors: data.vectors.map((value, i) => (i === 9 ? Number.NaN : value)) },
    'embedding of picture 2 must be finite numbers; got NaN',
  ],
])('%s is refused', (_title, wrong, message) => {
  expect(() => checkTrainingData(wrong)).toThrow(expect.objectContaining({ code: 'training_data_invalid', message }));
});

test('embeddings of zeros are taken', () => {
  expect(checkTrainingData({ ...data, vectors: new Float32Array(20) }).labels).toHaveLength(2);
});

test('a fingerprint is of everything that is learnt from', () => {
  const fingerprint = fingerprintOf(data);
  expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
  expect(fingerprintOf(withFirst({ split: null }))).toBe(fingerprint);
  const others = [
    withFirst({ label: 'rose' }),
    withFirst({ split: 'train' }),
    withFirst({ phash: '0000000000000000' }),
    { ...data, space: 'other' },
    { ...data, vectors: data.vectors.map((value, i) => (i === 9 ? value + 1e-6 : value)) },
  ].map(fingerprintOf);
  expect(new Set([fingerprint, ...others]).size).toBe(6);
});
