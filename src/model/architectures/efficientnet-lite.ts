/**
 * EfficientNet-Lite0: EfficientNet-B0 (Tan and Le, arXiv 1905.11946) without squeeze-and-excitation and with ReLU6 in place
 * of swish. `keras.applications` does not have it; layers are named as in its EfficientNet.
 */
import { architecture } from './architecture.ts';
import type { Graph, Output } from './builder.ts';

/** Repeats, kernel, stride of the first, expansion, channels out: table 1 of the paper. */
const STAGES: readonly (readonly [number, number, number, number, number])[] = [
  [1, 3, 1, 1, 16],
  [2, 3, 2, 6, 24],
  [2, 5, 2, 6, 40],
  [3, 3, 2, 6, 80],
  [3, 5, 1, 6, 112],
  [4, 5, 2, 6, 192],
  [1, 3, 1, 6, 320],
];

interface Block {
  readonly name: string;
  readonly kernel: number;
  readonly stride: number;
  readonly expansion: number;
  readonly channels: number;
  readonly filters: number;
}

function block(g: Graph, x: Output, { name, kernel, stride, expansion, channels, filters }: Block): Output {
  let y = x;
  if (expansion > 1) {
    const wide = { name: `${name}_expand_conv`, filters: expansion * channels, kernel: 1, bias: false };
    y = g.conv(y, { ...wide, padding: 'same' });
    y = g.relu6(g.norm(y, { name: `${name}_expand_bn` }), `${name}_expand_activation`);
  }
  y = g.depthwise(y, { name: `${name}_dwconv`, kernel, stride, padding: 'same', bias: false });
  y = g.relu6(g.norm(y, { name: `${name}_bn` }), `${name}_activation`);
  y = g.conv(y, { name: `${name}_project_conv`, filters, kernel: 1, padding: 'same', bias: false });
  y = g.norm(y, { name: `${name}_project_bn` });
  return stride === 1 && channels === filters ? g.add([y, x], `${name}_add`) : y;
}

export const efficientnetLite0 = architecture({
  name: 'efficientnet-lite0',
  title: 'EfficientNet-Lite0',
  mode: { scale: 1, mean: [127, 127, 127], std: [128, 128, 128] },
  colour: 'rgb',
  size: 224,
  minimum: 32,
  licence: 'Apache-2.0',
  build(g, { top, classes }) {
    let channels = 32;
    let x = g.conv(g.input, { name: 'stem_conv', filters: 32, kernel: 3, stride: 2, padding: 'same', bias: false });
    x = g.relu6(g.norm(x, { name: 'stem_bn' }), 'stem_activation');
    STAGES.forEach(([repeats, kernel, firstStride, expansion, filters], stage) => {
      for (let repeat = 0; repeat < repeats; repeat++) {
        const name = `block${stage + 1}${'abcd'[repeat]}`;
        const stride = repeat === 0 ? firstStride : 1;
        x = block(g, x, { name, kernel, stride, expansion, channels, filters });
        channels = filters;
      }
    });
    x = g.conv(x, { name: 'top_conv', filters: 1280, kernel: 1, padding: 'same', bias: false });
    x = g.relu6(g.norm(x, { name: 'top_bn' }), 'top_activation');
    if (!top) return x;
    x = g.globalAverage(x, { name: 'avg_pool' });
    x = g.dropout(x, 0.2, 'top_dropout');
    return g.dense(x, { name: 'predictions', units: classes, activation: 'softmax' });
  },
});
