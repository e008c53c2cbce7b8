/**
 * The classic recipe, Keras' `model.predict` picture by picture, beside a move of the collection to the same network.
 */
import { join } from 'node:path';
import { makeWeights, python } from '../parity/python.ts';
import { askKeras, gather, type Question } from '../parity/recipe.ts';
import { indexer, indexFolder, timed } from './command.ts';
import { type Measurement, runAlone } from './measurement.ts';
import { sample } from './pictures.ts';
import { say } from './say.ts';
import { median, spread } from './statistics.ts';
import type { Row } from './table.ts';
import type { Workplace } from './workplace.ts';

const cases: readonly (Pick<Question, 'network' | 'pooling'> & { readonly title: string })[] = [
  { network: 'vgg16', title: 'VGG16, flattened' },
  { network: 'resnet50', pooling: 'avg', title: 'ResNet50, average pool' },
];
const pictureCount = 60;
/** A round takes half a minute. */
const mostRounds = 3;

export const recipe: Measurement = {
  name: 'recipe',
  missing: () => python.missing,
  async measure(workplace) {
    const rows: Row[] = [];
    for (const one of cases) rows.push(await compare(workplace, one));
    return rows;
  },
};

async function compare(workplace: Workplace, { title, ...which }: (typeof cases)[number]): Promise<Row> {
  const folder = workplace.fresh(which.network);
  const pictures = join(folder, 'pictures');
  await gather(sample, pictures, pictureCount);
  const weights = await makeWeights(folder, pictures, which.network);
  const [keras, ours, ratios]: [number[], number[], number[]] = [[], [], []];
  const rounds = Math.min(mostRounds, workplace.sizes.rounds);
  for (let round = 1; round <= rounds; round++) {
    say(`${which.network}: round ${round} of ${rounds}`);
    const { seconds } = await askKeras({ pictures, weights, ...which });
    const data = workplace.fresh('data');
    await indexFolder(pictures, data);
    const run = (...args: string[]) => timed(process.execPath, [indexer, ...args, '--data', data]);
    await run('models', 'import', weights, '--as', which.network);
    const { wall } = await run('rebuild', '--backbone', which.network, '--pooling', which.pooling ?? 'none');
    keras.push(seconds.embed);
    ours.push(wall);
    ratios.push(seconds.embed / wall);
  }
  return {
    what: `${pictureCount} photographs through ${title}: \`indexer rebuild --backbone ${which.network}\``,
    figure: `${spread(ours, 1)} s; Keras and scikit-learn, as the classic recipe does it: ${spread(keras, 1)} s`,
    how: `the whole command, the network's compilation included, against the loop of \`model.predict\` alone: ${median(ratios).toFixed(2)} (${spread(ratios, 2).replace(/^[\d.]+ \(|\)$/g, '')}) times as fast; the same rankings (\`test/parity/\`)`,
  };
}

await runAlone(import.meta.url, recipe);
