import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../../src/files.ts';
import { extendOnnx, fixedBatch } from '../../../../src/model/to-onnx/extend.ts';
import { writeOnnx } from '../../../../src/model/to-onnx/onnx-file.ts';
import { fieldsOf } from '../../../../src/model/to-onnx/read-protobuf.ts';
import { runOnnx } from './run.ts';

const fixture = (name: string) => readFileSync(join(packageRoot, 'test', 'fixtures', 'models', name, 'tiny.onnx'));

/** `pixels` as floats, called `floats`. */
const file = writeOnnx({
  name: 'cast',
  nodes: [{ op: 'Cast', name: 'floats', inputs: ['pixels'], outputs: ['floats'], attributes: { to: 1 } }],
  initializers: [],
  inputs: [{ name: 'pixels', type: 'uint8', dims: ['N', 1, 1, 3] }],
  outputs: [{ name: 'floats', type: 'float32', dims: ['N', 1, 1, 3] }],
});

test('nodes run before and after a graph, whose own names give way', async () => {
  const node = (op: string, from: string, to: string) => ({
    op,
    name: to,
    inputs: [from],
    outputs: [to],
    attributes: {},
  });
  const extended = extendOnnx(file, {
    input: 'pixels',
    renamed: new Map([
      ['pixels', 'inner pixels'],
      ['floats', 'inner floats'],
    ]),
    before: {
      nodes: [node('Identity', 'pixels', 'inner pixels')],
      inputs: [{ name: 'pixels', type: 'uint8', dims: ['N', 1, 1, 3] }],
    },
    after: {
      nodes: [node('Neg', 'inner floats', 'floats')],
      outputs: [{ name: 'floats', type: 'float32', dims: ['N', 1, 1, 3] }],
    },
    metadata: { labels: '["größer"]' },
  });
  expect(await runOnnx(extended, Uint8Array.of(1, 2, 3), [1, 1])).toEqual({
    floats: { dims: [1, 1, 1, 3], data: Float32Array.of(-1, -2, -3) },
  });
  expect(Buffer.from(extended).includes('["größer"]')).toBe(true);
});

test('the number of pictures that a file takes at once is read from it', () => {
  expect(fixedBatch(file, 'pixels')).toBeNull();
  expect(fixedBatch(file, 'something')).toBeNull();
  expect(fixedBatch(fixture('picker'), 'image')).toBeNull();
  expect(fixedBatch(fixture('fixed-batch'), 'image')).toBeGreaterThan(0);
});

test.each([
  ['text', new TextEncoder().encode('no model')],
  ['a message that is cut off', file.subarray(0, -1)],
  ['a number without an end', new Uint8Array(20).fill(0xff)],
])('%s is no message', (_, bytes) => {
  expect(() => [...fieldsOf(bytes)]).toThrow(RangeError);
});
