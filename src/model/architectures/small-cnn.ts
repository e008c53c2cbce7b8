/**
 * A small network for small pictures, to be trained from random numbers: four 3 x 3 convolutions, each normalised, as in K. Simonyan and A. Zisserman
 * (arXiv 1409.1556) with half of the picture's sides after the first three. Nobody publishes weights of it.
 */
import { architecture } from './architecture.ts';
import type { Output } from './builder.ts';

const FILTERS = [32, 64, 128, 128];
/** Of the moving averages: Keras' .99 needs hundreds of steps, and small data has few. */
const MOMENTUM = 0.9;

export const smallCnn = architecture({
  name: 'small-cnn',
  title: 'a small convolutional network',
  mode: 'tf',
  colour: 'rgb',
  size: 32,
  minimum: 8,
  licence: 'Apache-2.0',
  build(g, { top, classes }) {
    let x: Output = g.input;
    FILTERS.forEach((filters, at) => {
      const name = `conv${at + 1}`;
      x = g.conv(x, { name, filters, kernel: 3, padding: 'same', bias: false });
      x = g.activation(g.norm(x, { name: `${name}_bn`, momentum: MOMENTUM }), 'relu', `${name}_relu`);
      if (at < FILTERS.length - 1) x = g.maxPool(x, { name: `pool${at + 1}`, size: 2, stride: 2 });
    });
    if (!top) return x;
    x = g.globalAverage(x, { name: 'avg_pool' });
    return g.dense(x, { name: 'predictions', units: classes, activation: 'softmax' });
  },
});
