/** Satellite tiles: the last layer against all, checkpoints, an interruption, the export and a single picture. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Classified } from '../../../src/index.ts';
import { makeTiles, tileClasses } from '../made-pictures.ts';
import type { Collection } from './collection.ts';
import { classifyWith } from './exported.ts';
import { type BeforeAfter, change, part, type Recipe, since } from './recipe.ts';
import { largestDifference, readWeights } from './weights.ts';

export interface Tiles {
  /** Of the last layer alone, and of all. */
  readonly accuracy: BeforeAfter;
  readonly precisionAt10: BeforeAfter;
  readonly top5: number;
  /** Epoch of the last look before the kill, and of the first one after it; it may be seen again where it was not kept. */
  readonly killedAt: number;
  readonly resumedAt: number;
  readonly checkpoints: number;
  /** From a run that nothing interrupted, with the same seed: the largest of any weight, and of the accuracy. */
  readonly difference: number;
  readonly accuracyDifference: number;
  /** Between the exported file's probabilities and those of `classify --head`, of one picture of each kind. */
  readonly exportDifference: number;
}

const side = 64;

export const tiles: Recipe<Tiles> = {
  name: 'tiles',
  missing: () => null,
  async follow(place) {
    const { isShort, tiles: amount } = place.sizes;
    const folder = place.fresh('tiles');
    await makeTiles(folder, { perClass: amount.perClass, size: side, seed: 1 });
    const collection = await place.collection(folder);
    const flags = [
      ...['--fine-tune', 'all', '--size', String(side), '--epochs', String(amount.epochs)],
      ...['--tune-epochs', String(amount.tuneEpochs), '--patience', '0'],
      // Seen from above there is no up and no left.
      ...['--augment', 'flip=both', '--checkpoint-every', '5'],
    ];
    const half = amount.epochs + amount.tuneEpochs / 2;
    const start = performance.now();
    const before = await collection.trainUntil(({ epoch }) => epoch >= half, ...flags, '--run', 'tiles');
    const checkpoints = readdirSync(join(collection.data, 'runs', 'tiles', 'checkpoints')).length;
    const { head, looks } = await collection.train(...flags, '--run', 'tiles');
    const seconds = since(start);
    const whole = await collection.train(...flags, '--run', 'uninterrupted');
    const [resumed, uninterrupted] = await Promise.all(
      ['tiles', 'uninterrupted'].map((name) => readWeights(join(collection.data, 'models', name))),
    );
    const single = await classifySingle(collection, head.id, { out: place.fresh('exported'), folder });
    const { comparison } = head.tuning!;
    const { validation, runtime } = head.evaluation;
    const facts = {
      ...{ accuracy: comparison.accuracy, precisionAt10: comparison.precision_at_10, top5: validation!.top5 },
      ...{ killedAt: before.at(-1)!.epoch, resumedAt: looks[0]!.epoch, checkpoints },
      difference: largestDifference(resumed!, uninterrupted!),
      accuracyDifference: Math.abs(head.accuracy! - whole.head.accuracy!),
      exportDifference: single.difference,
    };
    const short = isShort ? 'shortened: ' : '';
    const rows = [
      {
        recipe: 'satellite tiles: the last layer against all layers',
        tutorial: '76 % against 82 %',
        here: `accuracy ${part(facts.accuracy.before)} against ${part(facts.accuracy.after)}, Recall_5 ${part(facts.top5)}; P@10 ${change(facts.precisionAt10)}`,
        how: `${short}${head.pictures.train} generated tiles of 6 kinds, ${side} x ${side}, asked about ${head.pictures.validation}; EfficientNet-Lite0, \`indexer train ${flags.join(' ')}\`; ${runtime}`,
        seconds: whole.seconds,
      },
      {
        recipe: 'the same, interrupted',
        tutorial: null,
        here: `\`kill -9\` after epoch ${facts.killedAt}, gone on with in epoch ${facts.resumedAt}: ${facts.difference === 0 ? 'the very weights' : `weights within ${facts.difference.toExponential(0)} of those`} of an uninterrupted run`,
        how: `${short}the same command again; ${checkpoints} checkpoints were kept`,
        seconds,
      },
      {
        recipe: 'the same, exported, and single pictures',
        tutorial: null,
        here: `\`classifier.onnx\` in ONNX Runtime and \`indexer classify --head\` agree within ${single.difference.toExponential(0)}; ${single.right} of ${tileClasses.length} right`,
        how: '`indexer heads export ID --format onnx`; one tile of each kind that was not trained on',
        seconds: single.seconds,
      },
    ];
    return { rows, facts };
  },
};

/** One picture of each kind, by the live head and by its exported file. */
async function classifySingle(collection: Collection, id: number, { out, folder }: { out: string; folder: string }) {
  const start = performance.now();
  await collection.ask('heads', 'export', String(id), '--format', 'onnx', '--out', out);
  const pictures = tileClasses.map((label) => join(folder, 'validation', label, '000.png'));
  const { lines } = await collection.ask('classify', ...pictures, '--head', String(id), '--top', '6');
  let [difference, right] = [0, 0];
  for (const [i, { predictions }] of (lines as unknown as readonly Classified[]).entries()) {
    const exported = await classifyWith(out, pictures[i]!);
    for (const { label, p } of predictions) difference = Math.max(difference, Math.abs(p - exported.get(label)!));
    if (predictions[0]!.label === tileClasses[i]) right++;
  }
  return { difference, right, seconds: since(start) };
}
