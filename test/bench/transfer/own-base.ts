/** One's own base without ImageNet: ten classes, then two others at another size. */
import { join } from 'node:path';
import { furtherClasses, makeSmall } from '../made-pictures.ts';
import { type BeforeAfter, change, lossesOf, part, type Recipe, since } from './recipe.ts';
import { readWeights } from './weights.ts';

export interface OwnBase {
  /** Of the base on its ten classes. */
  readonly base: number;
  /** Of the two classes: with the base frozen, and in the end. */
  readonly further: BeforeAfter;
  /** On its held-out pictures, after each phase. */
  readonly loss: BeforeAfter;
  /** What was said of the weights that were taken. */
  readonly notes: readonly string[];
  /** Layers of the second network whose numbers are the base's still, and the others. */
  readonly same: readonly string[];
  readonly changed: readonly string[];
}

const sides = [32, 48] as const;
/** What is trained in the end; all before it stays as it was learnt on the ten. */
const tuned = 'scope:conv4';

export const ownBase: Recipe<OwnBase> = {
  name: 'own-base',
  missing: () => null,
  async follow(place) {
    const { isShort, base: amount } = place.sizes;
    const [ten, two] = [place.fresh('ten'), place.fresh('two')];
    await makeSmall(ten, { perClass: amount.perClass, size: sides[0], seed: 1 });
    await makeSmall(two, { perClass: amount.perFurtherClass, size: sides[1], classes: furtherClasses, seed: 2 });
    const first = await place.collection(ten);
    const scratch = [
      ...['--train-from-scratch', '--backbone', 'small-cnn', '--size', String(sides[0])],
      ...['--epochs', String(amount.epochs), '--patience', '0', '--run', 'own-base'],
    ];
    const base = await first.train(...scratch);
    const folder = join(first.data, 'models', 'own-base');
    const second = await place.collection(two);
    const start = performance.now();
    const transfer = [
      ...['--fine-tune', tuned, '--backbone', 'small-cnn', '--size', String(sides[1])],
      ...['--epochs', String(amount.headEpochs), '--tune-epochs', String(amount.tuneEpochs), '--patience', '0'],
    ];
    const { head, looks } = await second.train(...transfer, '--weights-from', folder, '--run', 'two');
    const seconds = since(start);
    const [learnt, transferred] = [await readWeights(folder), await readWeights(join(second.data, 'models', 'two'))];
    const isSame = (name: string): boolean => {
      const numbers = transferred.get(name)!;
      return learnt.get(name)!.every((value, i) => value === numbers[i]);
    };
    const layers = [...new Set([...transferred.keys()].map((name) => name.split('/')[0]!))];
    const ofLayer = (layer: string): string[] => [...transferred.keys()].filter((name) => name.startsWith(`${layer}/`));
    const same = layers.filter((layer) => ofLayer(layer).every(isSame));
    const changed = layers.filter((layer) => !same.includes(layer));
    const facts = {
      base: base.head.accuracy!,
      further: head.tuning!.comparison.accuracy,
      loss: lossesOf(looks),
      notes: head.evaluation.notes.filter((note) => note.includes('weights')),
      ...{ same, changed },
    };
    const short = isShort ? 'shortened: ' : '';
    const rows = [
      {
        recipe: 'own base without ImageNet: ten classes',
        tutorial: null,
        here: `accuracy ${part(facts.base)}; by chance .100`,
        how: `${short}${base.head.pictures.train} generated pictures, ${sides[0]} x ${sides[0]}, asked about ${base.head.pictures.validation}; \`indexer train ${scratch.join(' ')}\`; ${base.head.evaluation.runtime}`,
        seconds: base.seconds,
      },
      {
        recipe: 'the same base under a new head: two others, another input size',
        tutorial: null,
        here: `accuracy with it frozen, then with its last block trained: ${change(facts.further)}, loss ${change(facts.loss)}; ${facts.notes.join('; ')}; as they were in the end: ${same.join(', ')}`,
        how: `${short}${head.pictures.train} pictures, ${sides[1]} x ${sides[1]}, asked about ${head.pictures.validation}; \`indexer train ${transfer.join(' ')} --weights-from DIR\`; ${head.evaluation.runtime}`,
        seconds,
      },
    ];
    return { rows, facts };
  },
};
