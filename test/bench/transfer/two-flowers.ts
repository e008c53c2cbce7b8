/** Cats and dogs, with two flowers: augmentation, a head alone, then the last third of the network at a tenth of the rate. */
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { flowersMissing, train, val } from '../pictures.ts';
import { type BeforeAfter, change, lossesOf, part, type Recipe, since } from './recipe.ts';

export interface TwoFlowers {
  readonly accuracy: BeforeAfter;
  readonly precisionAt10: BeforeAfter;
  /** On the held-out pictures, after each phase. */
  readonly loss: BeforeAfter;
  /** Epochs of all looks, in their order; and of the first phase. */
  readonly epochs: readonly number[];
  readonly headEpochs: number;
  readonly notes: readonly string[];
}

/** Two that are taken for each other more often than most. */
const classes = ['roses', 'tulips'];
/** The first layer of a block, number 95 of 141: as far along as number 100 of MobileNetV2's 154 is. */
const firstTuned = 'block6a_expand_conv';
const augment = 'flip,rotation=36,zoom=.1';

export const twoFlowers: Recipe<TwoFlowers> = {
  name: 'two-flowers',
  missing: flowersMissing,
  async follow(place) {
    const { isShort, pair } = place.sizes;
    const folder = place.fresh('two flowers');
    copySome(train, join(folder, 'train'), pair.train);
    copySome(val, join(folder, 'validation'), pair.val);
    const start = performance.now();
    const flowers = await place.collection(folder);
    const flags = [
      ...['--fine-tune', `from:${firstTuned}`, '--augment', augment],
      ...['--epochs', String(pair.epochs), '--tune-epochs', String(pair.tuneEpochs), '--patience', '0'],
      ...['--size', String(pair.size), '--run', 'two-flowers'],
    ];
    const { head, looks } = await flowers.train(...flags);
    const { accuracy, precision_at_10: precisionAt10 } = head.tuning!.comparison;
    const { notes, runtime } = head.evaluation;
    const facts = {
      ...{ accuracy, precisionAt10, notes },
      loss: lossesOf(looks),
      epochs: looks.map(({ epoch }) => epoch),
      headEpochs: looks.filter(({ phase }) => phase === 'head').at(-1)!.epoch,
    };
    const { train: learnt, validation } = head.pictures;
    const row = {
      recipe: 'cats and dogs, as roses and tulips: head, then fine-tuning, with augmentation',
      tutorial: 'fine-tuning from layer 100 of 154 improves on the head',
      here: `${verdict(accuracy)}; loss ${change(facts.loss)}, P@10 ${change(precisionAt10)}`,
      how: `${isShort ? 'shortened: ' : ''}\`indexer train ${flags.join(' ')}\`: EfficientNet-Lite0 from layer 95 of 141 on, ${learnt} pictures, asked about ${validation}; ${runtime}`,
      seconds: since(start),
    };
    return { rows: [row], facts };
  },
};

/** By how much the second phase improved on the first, or that it did not. */
function verdict({ before, after }: BeforeAfter): string {
  const points = 100 * (after! - before!);
  if (points === 0) return `the second phase leaves the accuracy at ${part(after)}`;
  const size = `${Math.abs(points).toFixed(1)} points`;
  return `accuracy ${change({ before, after })}: the second phase is ${size} ${points > 0 ? 'better' : 'worse'}`;
}

function copySome(from: string, to: string, count: number): void {
  for (const name of classes) {
    mkdirSync(join(to, name), { recursive: true });
    for (const file of readdirSync(join(from, name)).sort().slice(0, count)) {
      cpSync(join(from, name, file), join(to, name, file));
    }
  }
}
