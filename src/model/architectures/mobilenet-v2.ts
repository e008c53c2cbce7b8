/** MobileNetV2: Sandler et al., "Inverted Residuals and Linear Bottlenecks", arXiv 1801.04381. */
import { architecture, kerasWeightsUnhashed } from './architecture.ts';
import type { Graph, Output } from './builder.ts';

/** Repeats, stride of the first, channels out before alpha: table 2 of the paper. */
const STAGES: readonly (readonly [repeats: number, stride: number, filters: number])[] = [
  [1, 1, 16],
  [2, 2, 24],
  [3, 2, 32],
  [4, 2, 64],
  [3, 1, 96],
  [3, 2, 160],
  [1, 1, 320],
];
const EXPANSION = 6;

/** The multiple of 8 that is nearest to a number of channels, at least 8, and at most a tenth below it. */
function divisible(channels: number): number {
  const nearest = Math.max(8, Math.floor(Math.trunc(channels + 4) / 8) * 8);
  return nearest < 0.9 * channels ? nearest + 8 : nearest;
}

const weights = (alpha: number, size: number) => {
  const text = Number.isInteger(alpha) ? alpha.toFixed(1) : String(alpha);
  return kerasWeightsUnhashed(`mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_${text}_${size}`);
};

const norm = (g: Graph, x: Output, name: string): Output => g.norm(x, { name, axis: -1, momentum: 0.999 });

/** So that a 3 x 3 window with stride 2 and no padding is TensorFlow's SAME: once in all for an even size, twice for an odd one. */
const samePadding = (sizes: readonly number[]) => sizes.map((size) => [size % 2, 1] as const);

interface Block {
  readonly id: number;
  readonly stride: number;
  readonly channels: number;
  readonly filters: number;
  /** Height and width of what it is given. */
  readonly sizes: readonly number[];
}

function block(g: Graph, x: Output, { id, stride, channels, filters, sizes }: Block): Output {
  const prefix = id === 0 ? 'expanded_conv' : `block_${id}`;
  let y = x;
  if (id > 0) {
    const name = `${prefix}_expand`;
    y = g.conv(y, { name, filters: EXPANSION * channels, kernel: 1, padding: 'same', bias: false });
    y = g.relu6(norm(g, y, `${name}_BN`), `${name}_relu`);
  }
  if (stride === 2) y = g.pad(y, samePadding(sizes), `${prefix}_pad`);
  const padding = stride === 1 ? 'same' : 'valid';
  y = g.depthwise(y, { name: `${prefix}_depthwise`, kernel: 3, stride, padding, bias: false });
  y = g.relu6(norm(g, y, `${prefix}_depthwise_BN`), `${prefix}_depthwise_relu`);
  y = g.conv(y, { name: `${prefix}_project`, filters, kernel: 1, padding: 'same', bias: false });
  y = norm(g, y, `${prefix}_project_BN`);
  return stride === 1 && channels === filters ? g.add([x, y], `${prefix}_add`) : y;
}

export const mobilenetv2 = architecture({
  name: 'mobilenetv2',
  title: 'MobileNetV2',
  mode: 'tf',
  colour: 'rgb',
  size: 224,
  minimum: 32,
  licence: 'Apache-2.0',
  weights: weights(1, 224),
  variants: [1, 0.35, 0.5, 0.75, 1.3, 1.4].flatMap((alpha) =>
    [224, 192, 160, 128, 96].map((size) => ({ alpha, size, weights: weights(alpha, size) })),
  ),
  networkName: ({ alpha, height }) => `mobilenetv2_${alpha.toFixed(2)}_${height}`,
  build(g, { top, alpha, classes, height, width }) {
    let channels = divisible(32 * alpha);
    let sizes = [height, width].map((size) => Math.ceil(size / 2));
    let x = g.conv(g.input, { name: 'Conv1', filters: channels, kernel: 3, stride: 2, padding: 'same', bias: false });
    x = g.relu6(norm(g, x, 'bn_Conv1'), 'Conv1_relu');
    let id = 0;
    for (const [repeats, firstStride, wanted] of STAGES) {
      for (let repeat = 0; repeat < repeats; repeat++) {
        const filters = divisible(Math.trunc(wanted * alpha));
        const stride = repeat === 0 ? firstStride : 1;
        x = block(g, x, { id: id++, stride, channels, filters, sizes });
        channels = filters;
        sizes = sizes.map((size) => Math.ceil(size / stride));
      }
    }
    x = g.conv(x, { name: 'Conv_1', filters: divisible(1280 * Math.max(1, alpha)), kernel: 1, bias: false });
    x = g.relu6(norm(g, x, 'Conv_1_bn'), 'out_relu');
    if (!top) return x;
    x = g.globalAverage(x, {});
    return g.dense(x, { name: 'predictions', units: classes, activation: 'softmax' });
  },
});
