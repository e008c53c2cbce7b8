/**
 * ResNet: He et al., "Deep Residual Learning for Image Recognition", arXiv 1512.03385; V2, which normalises before each
 * convolution: "Identity Mappings in Deep Residual Networks", arXiv 1603.05027.
 */
import { type Architecture, architecture, kerasWeights, type Plan } from './architecture.ts';
import type { Graph, Output } from './builder.ts';

interface Block {
  readonly name: string;
  /** Channels inside; four times as many come out. */
  readonly filters: number;
  readonly stride: number;
  /** The first of its stage: its shortcut is a convolution. */
  readonly first: boolean;
}

const FILTERS = [64, 128, 256, 512];
const EPSILON = 1.001e-5;
const ONE = [
  [1, 1],
  [1, 1],
] as const;
const THREE = [
  [3, 3],
  [3, 3],
] as const;

const norm = (g: Graph, x: Output, name: string): Output => g.norm(x, { name, epsilon: EPSILON });
const normRelu = (g: Graph, x: Output, name: string): Output =>
  g.activation(norm(g, x, `${name}_bn`), 'relu', `${name}_relu`);

function blockV1(g: Graph, x: Output, { name, filters, stride, first }: Block): Output {
  let shortcut = x;
  if (first) {
    shortcut = g.conv(x, { name: `${name}_0_conv`, filters: 4 * filters, kernel: 1, stride });
    shortcut = norm(g, shortcut, `${name}_0_bn`);
  }
  let y = g.conv(x, { name: `${name}_1_conv`, filters, kernel: 1, stride });
  y = normRelu(g, y, `${name}_1`);
  y = g.conv(y, { name: `${name}_2_conv`, filters, kernel: 3, padding: 'same' });
  y = normRelu(g, y, `${name}_2`);
  y = g.conv(y, { name: `${name}_3_conv`, filters: 4 * filters, kernel: 1 });
  y = norm(g, y, `${name}_3_bn`);
  return g.activation(g.add([shortcut, y], `${name}_add`), 'relu', `${name}_out`);
}

function blockV2(g: Graph, x: Output, { name, filters, stride, first }: Block): Output {
  const before = normRelu(g, x, `${name}_preact`);
  let shortcut = x;
  if (first) shortcut = g.conv(before, { name: `${name}_0_conv`, filters: 4 * filters, kernel: 1, stride });
  else if (stride > 1) shortcut = g.maxPool(x, { size: 1, stride });
  let y = g.conv(before, { name: `${name}_1_conv`, filters, kernel: 1, bias: false });
  y = normRelu(g, y, `${name}_1`);
  y = g.pad(y, ONE, `${name}_2_pad`);
  y = g.conv(y, { name: `${name}_2_conv`, filters, kernel: 3, stride, bias: false });
  y = normRelu(g, y, `${name}_2`);
  y = g.conv(y, { name: `${name}_3_conv`, filters: 4 * filters, kernel: 1 });
  return g.add([shortcut, y], `${name}_out`);
}

/** V1 halves the picture in the first block of stages 2 to 4, V2 in the last block of stages 1 to 3. */
function stages(g: Graph, x: Output, repeats: readonly number[], v2: boolean): Output {
  let y = x;
  repeats.forEach((count, stage) => {
    for (let i = 1; i <= count; i++) {
      const halves = v2 ? i === count && stage < 3 : i === 1 && stage > 0;
      const name = `conv${stage + 2}_block${i}`;
      const block = { name, filters: FILTERS[stage]!, stride: halves ? 2 : 1, first: i === 1 };
      y = v2 ? blockV2(g, y, block) : blockV1(g, y, block);
    }
  });
  return y;
}

function resnet(repeats: readonly number[], v2: boolean, plan: Pick<Plan, 'name' | 'title' | 'weights'>): Architecture {
  return architecture({
    ...plan,
    mode: v2 ? 'tf' : 'caffe',
    colour: v2 ? 'rgb' : 'bgr',
    size: 224,
    minimum: 32,
    licence: v2 ? 'BSD-3-Clause' : 'MIT',
    build(g, { top, classes }) {
      let x = g.pad(g.input, THREE, 'conv1_pad');
      x = g.conv(x, { name: 'conv1_conv', filters: 64, kernel: 7, stride: 2 });
      if (!v2) x = normRelu(g, x, 'conv1');
      x = g.pad(x, ONE, 'pool1_pad');
      x = g.maxPool(x, { name: 'pool1_pool', size: 3, stride: 2 });
      x = stages(g, x, repeats, v2);
      if (v2) x = normRelu(g, x, 'post');
      if (!top) return x;
      x = g.globalAverage(x, { name: 'avg_pool' });
      return g.dense(x, { name: 'predictions', units: classes, activation: 'softmax' });
    },
  });
}

export const resnet50 = resnet([3, 4, 6, 3], false, {
  name: 'resnet50',
  title: 'ResNet50',
  weights: kerasWeights('resnet/resnet50', '2cb95161c43110f7111970584f804107', '4d473c1dd8becc155b73f8504c6f6626'),
});

export const resnet101 = resnet([3, 4, 23, 3], false, {
  name: 'resnet101',
  title: 'ResNet101',
  weights: kerasWeights('resnet/resnet101', 'f1aeb4b969a6efcfb50fad2f0c20cfc5', '88cf7a10940856eca736dc7b7e228a21'),
});

export const resnet152 = resnet([3, 8, 36, 3], false, {
  name: 'resnet152',
  title: 'ResNet152',
  weights: kerasWeights('resnet/resnet152', '100835be76be38e30d865e96f2aaae62', 'ee4c566cf9a93f14d82f913c2dc6dd0c'),
});

export const resnet50v2 = resnet([3, 4, 6, 3], true, {
  name: 'resnet50v2',
  title: 'ResNet50V2',
  weights: kerasWeights('resnet/resnet50v2', '3ef43a0b657b3be2300d5770ece849e0', 'fac2f116257151a9d068a22e544a4917'),
});

export const resnet101v2 = resnet([3, 4, 23, 3], true, {
  name: 'resnet101v2',
  title: 'ResNet101V2',
  weights: kerasWeights('resnet/resnet101v2', '6343647c601c52e1368623803854d971', 'c0ed64b8031c3730f411d2eb4eea35b5'),
});

export const resnet152v2 = resnet([3, 8, 36, 3], true, {
  name: 'resnet152v2',
  title: 'ResNet152V2',
  weights: kerasWeights('resnet/resnet152v2', 'a49b44d1979771252814e80f8ec446f9', 'ed17cf2e0169df9d443503ef94b23b33'),
});
