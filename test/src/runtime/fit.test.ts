import { describe, expect, it } from 'vitest';
import { checkFit, type TensorInfo } from '../../../src/runtime/fit.ts';

const network = {
  input: { name: 'pixels', width: 224, height: 224, layout: 'nhwc', type: 'uint8', colour: 'rgb' },
  output: { name: 'embedding', dim: 1280 },
  classes: { output: 'logits', activation: 'logits' },
  label: 'efficientnet-lite0/model.onnx',
} as const;
const pixels: TensorInfo = { name: 'pixels', type: 'uint8', shape: ['N', 224, 224, 3] };
const embedding: TensorInfo = { name: 'embedding', type: 'float32', shape: ['N', 1280] };
const logits: TensorInfo = { name: 'logits', type: 'float32', shape: ['N', 1000] };

describe('a manifest and its file', () => {
  it('fit when every fixed dimension is the one that the manifest says', () => {
    expect(checkFit(network, [pixels], [embedding, logits])).toBeNull();
    expect(
      checkFit(network, [{ ...pixels, shape: ['', 'h', 224, 3] }], [{ ...embedding, shape: ['', 'd'] }, logits]),
    ).toBe(null);
    expect(checkFit(network, [pixels], [{ ...embedding, shape: ['N', 80, 4, 4] }, logits])).toBeNull();
  });

  it('tell the batch that the file fixes', () => {
    expect(checkFit(network, [{ ...pixels, shape: [1, 224, 224, 3] }], [embedding, logits])).toBe(1);
  });

  const misfits: [string, TensorInfo[], TensorInfo[], string][] = [
    [
      'input name',
      [{ ...pixels, name: 'input_1' }],
      [embedding, logits],
      'input.name is pixels, but model.onnx has the input input_1',
    ],
    [
      'a second input',
      [pixels, logits],
      [embedding],
      'input is pixels alone, but model.onnx has the inputs pixels, logits',
    ],
    [
      'input type',
      [{ ...pixels, type: 'float32' }],
      [embedding, logits],
      'input.type is uint8, but model.onnx has float32',
    ],
    [
      'layout',
      [{ ...pixels, shape: ['N', 3, 224, 224] }],
      [embedding, logits],
      'the shape of input is [N, 224, 224, 3] (input.layout nhwc, height 224, width 224), but model.onnx has [N, 3, 224, 224]',
    ],
    [
      'input size',
      [{ ...pixels, shape: ['', 240, 240, 3] }],
      [embedding, logits],
      'the shape of input is [N, 224, 224, 3] (input.layout nhwc, height 224, width 224), but model.onnx has [?, 240, 240, 3]',
    ],
    ['output name', [pixels], [logits], 'output.name is embedding, but model.onnx has the output logits'],
    [
      'output type',
      [pixels],
      [{ ...embedding, type: 'float16' }],
      'the type of output embedding is float32, but model.onnx has float16',
    ],
    [
      'output dimension',
      [pixels],
      [{ ...embedding, shape: ['N', 7, 7, 320] }],
      'output.dim is 1280, but model.onnx has embedding [N, 7, 7, 320]',
    ],
    ['classes', [pixels], [embedding], 'classes.output is logits, but model.onnx has the output embedding'],
  ];
  it.each(misfits)('do not fit by their %s: the error says what each has', (_title, inputs, outputs, message) => {
    expect(() => checkFit(network, inputs, outputs)).toThrow(
      expect.objectContaining({ code: 'backbone_invalid', message: `efficientnet-lite0/model.json: ${message}` }),
    );
  });
});
