/**
 * What the classic recipe gives, the product gives. Times are printed, not tested.
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sample } from '../bench/pictures.ts';
import { temporaryFolder } from '../support/folder.ts';
import { makeWeights, python } from './python.ts';
import { askIndexer, askKeras, compareRankings, gather, type Question } from './recipe.ts';

const cases: readonly Pick<Question, 'network' | 'pooling'>[] = [
  { network: 'vgg16' },
  { network: 'resnet50', pooling: 'avg' },
];

test.skipIf(python.missing !== null).each(cases)(
  '$network, from a file of weights: for each of 60 pictures the ranking and the cosines of Keras and scikit-learn',
  async (which) => {
    const folder = temporaryFolder();
    const pictures = join(folder, 'pictures');
    await gather(sample, pictures, 60);
    const weights = await makeWeights(folder, pictures, which.network);
    const question = { pictures, weights, ...which };
    const keras = await askKeras(question);
    const indexer = await askIndexer(question, join(folder, 'data'));
    const { cosine, order, places } = compareRankings(indexer.rankings, keras.rankings);
    const { embed, first, each } = keras.seconds;
    console.log(
      `${which.network} ${which.pooling ?? 'flattened'}: cosines within ${cosine.toExponential(1)}, ` +
        `${(100 * places).toFixed(2)} % of all places equal, the rest within ${order.toExponential(1)}; seconds: ` +
        `Keras' loop ${embed.toFixed(1)} (first ${first.toFixed(2)}, each ${each.toFixed(3)}), ` +
        `the whole command indexer rebuild ${indexer.seconds.toFixed(1)}`,
    );
    expect(cosine).toBeLessThan(0.01);
    // Pictures nearly as near as each other may change places.
    expect(order).toBeLessThan(1e-4);
  },
);
