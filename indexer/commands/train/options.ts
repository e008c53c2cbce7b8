/**
 * Flags of `indexer train`.
 */
import { InvalidArgumentError, Option } from 'commander';
import { poolings } from '../rebuild.ts';

const number = (flags: string, about: string): Option =>
  new Option(flags, about).argParser((text) => {
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
    throw new InvalidArgumentError('It must be a number.');
  });
const choice = (flags: string, about: string, choices: readonly string[]): Option =>
  new Option(flags, about).choices(choices);

/** Flags of any training that are fields of POST /heads, written with dashes here. */
export const headOptions: readonly Option[] = [
  number('--holdout <part>', 'of the pictures of each label, held out to measure and calibrate (default: 0.2)'),
  number('--folds <n>', 'of the cross-validation that finds wrong labels; 0: none (default: 5)'),
  number('--seed <n>', 'the same seed gives the same head (default: 123)'),
  choice('--arch <arch>', 'one layer, or one more before it (default: linear)', ['linear', 'mlp']),
  number('--hidden <n>', 'units of the hidden layer of an mlp (default: 128)'),
  number('--dropout <part>', 'of the inputs of the last layer, left out in training (default: 0; mlp: 0.2)'),
  choice('--optimizer <name>', 'how steps are made (default: adam)', ['adam', 'sgd', 'rmsprop', 'momentum']),
  number('--lr <rate>', 'learning rate at the first step (default: as fits the optimizer)'),
  choice('--lr-decay <how>', 'over the whole run (default: cosine)', ['fixed', 'exponential', 'cosine']),
  number('--weight-decay <w>', 'of the weights (default: 0.01)'),
  number('--batch <n>', 'pictures in a step (default: 32; more where there are many pictures)'),
  number('--epochs <n>', 'passes over the pictures (default: 30)').conflicts('steps'),
  number('--steps <n>', 'in place of epochs'),
  number('--eval-every <n>', 'steps between two looks at the held-out pictures (default: an epoch; with --steps 10)'),
  number('--patience <n>', 'looks without a better loss, then it ends; 0: never (default: 5; with --steps 0)'),
  new Option('--class-weights', 'labels count the same, however many pictures each has'),
  new Option('--space <space>', 'not the current space: its id, the beginning of it, or its backbone'),
];

/** What makes a tuning of it. */
const choosing: readonly Option[] = [
  new Option('--fine-tune <layers>', 'the head first, then with these layers: last:N, from:LAYER, scope:PREFIX or all'),
  new Option(
    '--train-from-scratch',
    'all layers, from random numbers; --backbone may be any architecture (models list)',
  ),
];

/** What goes with that only; `--fine-tune` and `--epochs` are fields as they are, others are fields in requestOf. */
export const tuneOptions: readonly Option[] = [
  new Option(
    '--run <name>',
    'of what comes of it, a run and a network; the same again goes on (default: NETWORK-tuned)',
  ),
  new Option('--backbone <name|dir>', "the network (default: the collection's)"),
  choice('--pooling <how>', 'how the cut layer becomes one vector', poolings),
  new Option('--cut <layer>', 'the layer that the network is cut after'),
  number('--tune-epochs <n>', 'passes with the unfrozen layers (default: 10)').conflicts('tuneSteps'),
  number('--tune-steps <n>', 'in place of epochs'),
  number('--tune-lr <rate>', 'learning rate with the unfrozen layers (default: a tenth of --lr)'),
  choice(
    '--batch-norm <how>',
    'with stored statistics or those of the batch (default: inference; from scratch: batch)',
    ['inference', 'batch'],
  ),
  new Option('--augment <list>', 'vary the pictures: standard, or such as flip,rotation=20,zoom=.2'),
  new Option('--size <n>', 'pictures of so many pixels, 96 or 128x96 (default: as the network takes them)'),
  new Option('--weights-from <name|dir>', 'begin with the weights of this network, where layers are the same'),
  choice('--tfjs <which>', 'the TensorFlow.js that trains it (default: auto, the fastest that is installed)', [
    'auto',
    'node-gpu',
    'node',
    'wasm',
    'cpu',
  ]),
  new Option('--checkpoint-every <n>', 'keep it so often: 30s, 5m, or a number of steps (default: 30s)'),
];

/** What is done in place of a training. */
const showing = new Option('--show-augmentation <png>', 'write what --augment does to six pictures, and end');

for (const option of headOptions) option.helpGroup('Training:');
for (const option of [...choosing, ...tuneOptions, showing]) {
  option.helpGroup('Pictures through the network (fine-tuning, training from scratch):');
}
/** Of a head on stored embeddings only. */
for (const option of headOptions) {
  if (['folds', 'space'].includes(option.attributeName())) option.conflicts(['fineTune', 'trainFromScratch']);
}
const noUse = new Option('--no-use', 'only train it: indexer heads use ID puts it to use')
  .helpGroup('Training:')
  .conflicts(['fineTune', 'trainFromScratch']);

/** In the order of the help. */
export const options: readonly Option[] = [...headOptions, noUse, ...choosing, ...tuneOptions, showing];
