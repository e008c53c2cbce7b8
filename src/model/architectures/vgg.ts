/** VGG16 and VGG19: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", arXiv 1409.1556. */
import { type Architecture, architecture, kerasWeights, type Plan } from './architecture.ts';
import type { Graph, Output } from './builder.ts';

const FILTERS = [64, 128, 256, 512, 512];

function vgg(convolutions: readonly number[], plan: Pick<Plan, 'name' | 'title' | 'weights'>): Architecture {
  const blocks = (g: Graph): Output => {
    let x = g.input;
    convolutions.forEach((count, at) => {
      const block = `block${at + 1}`;
      for (let i = 1; i <= count; i++) {
        const name = `${block}_conv${i}`;
        x = g.conv(x, { name, filters: FILTERS[at]!, kernel: 3, padding: 'same', activation: 'relu' });
      }
      x = g.maxPool(x, { name: `${block}_pool`, size: 2, stride: 2 });
    });
    return x;
  };
  return architecture({
    ...plan,
    mode: 'caffe',
    colour: 'bgr',
    size: 224,
    minimum: 32,
    licence: 'CC-BY-4.0',
    build(g, { top, classes }) {
      let x = blocks(g);
      if (!top) return x;
      x = g.flatten(x, 'flatten');
      x = g.dense(x, { name: 'fc1', units: 4096, activation: 'relu' });
      x = g.dense(x, { name: 'fc2', units: 4096, activation: 'relu' });
      return g.dense(x, { name: 'predictions', units: classes, activation: 'softmax' });
    },
  });
}

export const vgg16 = vgg([2, 2, 3, 3, 3], {
  name: 'vgg16',
  title: 'VGG16',
  weights: kerasWeights('vgg16/vgg16', '64373286793e3c8b2b4e3219cbf3544b', '6d6bbae143d832006294945121d1f1fc'),
});

export const vgg19 = vgg([2, 2, 4, 4, 4], {
  name: 'vgg19',
  title: 'VGG19',
  weights: kerasWeights('vgg19/vgg19', 'cbe5617147190e668d6c5d5026f83318', '253f8cb515780f3b799900260a226db6'),
});
