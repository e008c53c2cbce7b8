/** Inception V3: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", arXiv 1512.00567. */
import { architecture, kerasWeights } from './architecture.ts';
import type { Graph, Output, Sides } from './builder.ts';

type Options = { readonly stride?: number; readonly padding?: 'valid' | 'same' };
/** One convolution with its normalisation and relu: channels, kernel, and stride and padding where they are not 1 and same. */
type Step = readonly [filters: number, kernel: Sides, o?: Options];

const HALVING = { stride: 2, padding: 'valid' } as const;
const VALID = { padding: 'valid' } as const;

function steps(g: Graph, x: Output, ...list: readonly Step[]): Output {
  let y = x;
  for (const [filters, kernel, o] of list) {
    y = g.conv(y, { filters, kernel, padding: 'same', bias: false, ...o });
    y = g.norm(y, { scale: false });
    y = g.activation(y, 'relu');
  }
  return y;
}

const halve = (g: Graph, x: Output): Output => g.maxPool(x, { size: 3, stride: 2 });

/** The branch that every block has: an average over 3 x 3, and a convolution. */
function averaged(g: Graph, x: Output, filters: number): Output {
  return steps(g, g.averagePool(x, { size: 3, stride: 1, padding: 'same' }), [filters, 1]);
}

// Automatic names count the layers in the order of these calls, so branches are made in Keras' order.

function mixed5(g: Graph, x: Output, pooled: number, name: string): Output {
  return g.concatenate(
    [
      steps(g, x, [64, 1]),
      steps(g, x, [48, 1], [64, 5]),
      steps(g, x, [64, 1], [96, 3], [96, 3]),
      averaged(g, x, pooled),
    ],
    name,
  );
}

function mixed7(g: Graph, x: Output, inner: number, name: string): Output {
  return g.concatenate(
    [
      steps(g, x, [192, 1]),
      steps(g, x, [inner, 1], [inner, [1, 7]], [192, [7, 1]]),
      steps(g, x, [inner, 1], [inner, [7, 1]], [inner, [1, 7]], [inner, [7, 1]], [192, [1, 7]]),
      averaged(g, x, 192),
    ],
    name,
  );
}

function mixed3(g: Graph, x: Output, at: number): Output {
  const plain = steps(g, x, [320, 1]);
  const split = steps(g, x, [384, 1]);
  const wide = g.concatenate([steps(g, split, [384, [1, 3]]), steps(g, split, [384, [3, 1]])], `mixed9_${at}`);
  const double = steps(g, x, [448, 1], [384, 3]);
  const wider = g.concatenate([steps(g, double, [384, [1, 3]]), steps(g, double, [384, [3, 1]])]);
  return g.concatenate([plain, wide, wider, averaged(g, x, 192)], `mixed${9 + at}`);
}

export const inceptionv3 = architecture({
  name: 'inceptionv3',
  title: 'InceptionV3',
  mode: 'tf',
  colour: 'rgb',
  size: 299,
  minimum: 75,
  licence: 'Apache-2.0',
  weights: kerasWeights(
    'inception_v3/inception_v3',
    '9a0d58056eeedaa3f26cb7ebd46da564',
    'bcbd6486424b2319ff4ef7d526e38f63',
  ),
  networkName: () => 'inception_v3',
  build(g, { top, classes }) {
    let x = halve(g, steps(g, g.input, [32, 3, HALVING], [32, 3, VALID], [64, 3]));
    x = halve(g, steps(g, x, [80, 1, VALID], [192, 3, VALID]));
    [32, 64, 64].forEach((pooled, at) => {
      x = mixed5(g, x, pooled, `mixed${at}`);
    });
    x = g.concatenate(
      [steps(g, x, [384, 3, HALVING]), steps(g, x, [64, 1], [96, 3], [96, 3, HALVING]), halve(g, x)],
      'mixed3',
    );
    [128, 160, 160, 192].forEach((inner, at) => {
      x = mixed7(g, x, inner, `mixed${4 + at}`);
    });
    x = g.concatenate(
      [
        steps(g, x, [192, 1], [320, 3, HALVING]),
        steps(g, x, [192, 1], [192, [1, 7]], [192, [7, 1]], [192, 3, HALVING]),
        halve(g, x),
      ],
      'mixed8',
    );
    x = mixed3(g, mixed3(g, x, 0), 1);
    if (!top) return x;
    x = g.globalAverage(x, { name: 'avg_pool' });
    return g.dense(x, { name: 'predictions', units: classes, activation: 'softmax' });
  },
});
