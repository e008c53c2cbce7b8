/** MobileNet: Howard et al., "Efficient Convolutional Neural Networks for Mobile Vision Applications", arXiv 1704.04861. */
import { architecture, kerasWeightsUnhashed } from './architecture.ts';
import type { Graph, Output } from './builder.ts';

/** Channels and stride of each block, before alpha. */
const BLOCKS: readonly (readonly [filters: number, stride: number])[] = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [1024, 2],
  [1024, 1],
];
/** Once to the right and below, so that a stride of 2 without padding is TensorFlow's SAME for even sizes. */
const AFTER = [
  [0, 1],
  [0, 1],
] as const;

/** Alpha is written in tenths there, but for 1. */
const weights = (alpha: number, size: number) => {
  const text = (alpha === 1 ? alpha : 10 * alpha).toFixed(1).replace('.', '_');
  return kerasWeightsUnhashed(`mobilenet/mobilenet_${text}_${size}_tf`);
};

/** Normalised and cut off at 6; `x` is the convolution `name`. */
const finish = (g: Graph, x: Output): Output => g.relu6(g.norm(x, { name: `${x}_bn`, axis: -1 }), `${x}_relu`);

function block(g: Graph, x: Output, filters: number, stride: number, id: number): Output {
  const padded = stride === 1 ? x : g.pad(x, AFTER, `conv_pad_${id}`);
  const padding = stride === 1 ? 'same' : 'valid';
  const y = finish(g, g.depthwise(padded, { name: `conv_dw_${id}`, kernel: 3, stride, padding, bias: false }));
  return finish(g, g.conv(y, { name: `conv_pw_${id}`, filters, kernel: 1, padding: 'same', bias: false }));
}

export const mobilenet = architecture({
  name: 'mobilenet',
  title: 'MobileNet',
  mode: 'tf',
  colour: 'rgb',
  size: 224,
  minimum: 32,
  licence: 'Apache-2.0',
  weights: weights(1, 224),
  variants: [1, 0.75, 0.5, 0.25].flatMap((alpha) =>
    [224, 192, 160, 128].map((size) => ({ alpha, size, weights: weights(alpha, size) })),
  ),
  networkName: ({ alpha, height }) => `mobilenet_${alpha.toFixed(2)}_${height}`,
  build(g, { top, alpha, classes }) {
    const scaled = (filters: number): number => Math.trunc(filters * alpha);
    const first = { name: 'conv1', filters: scaled(32), kernel: 3, stride: 2, padding: 'same', bias: false } as const;
    let x = finish(g, g.conv(g.input, first));
    BLOCKS.forEach(([filters, stride], at) => {
      x = block(g, x, scaled(filters), stride, at + 1);
    });
    if (!top) return x;
    x = g.globalAverage(x, { keepdims: true });
    x = g.dropout(x, 0.001, 'dropout');
    x = g.conv(x, { name: 'conv_preds', filters: classes, kernel: 1, padding: 'same' });
    x = g.reshape(x, [classes], 'reshape_2');
    return g.activation(x, 'softmax', 'predictions');
  },
});
