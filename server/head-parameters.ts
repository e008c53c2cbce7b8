/**
 * Heads as they are asked for.
 */
import { z } from '@hono/zod-openapi';
import { type HeadOptions, type HeadRequest, PixkinError, type TuneRequest } from '../src/index.ts';
import { about, number, oneOf } from './fields.ts';
import { flag, spaceName, wholeText } from './parameters.ts';
import { snakeName } from './snake.ts';
import { contradiction, tuneOptions, tuneShape } from './tune-parameters.ts';

const optionsShape = {
  holdout: about(number, 'part of the pictures of each class that is held out; absent: 0.2'),
  folds: about(number, 'of the cross-validation that finds wrong labels; 0: none; absent: 5'),
  seed: about(number, 'absent: 123'),
  arch: about(oneOf(['linear', 'mlp']), 'absent: linear, or mlp where hidden is given'),
  hidden: about(number, 'units of the hidden layer of an mlp; absent: 128'),
  dropout: about(number, 'absent: 0 for linear, 0.2 for mlp'),
  optimizer: about(oneOf(['adam', 'sgd', 'rmsprop', 'momentum']), 'absent: adam'),
  lr: about(number, 'learning rate at the first step; absent: as fits the optimizer'),
  lr_decay: about(oneOf(['fixed', 'exponential', 'cosine']), 'over the whole run; absent: cosine'),
  weight_decay: about(number, 'absent: 0.01'),
  batch: about(number, 'pictures in a step; absent: 32, more where there are many pictures'),
  epochs: about(number, 'passes over the pictures; absent: 30; not together with steps'),
  steps: about(number, 'in place of epochs'),
  eval_every: about(number, 'steps between two looks at the held-out pictures; absent: an epoch, or 10 with steps'),
  patience: about(number, 'looks without a better loss after which it ends; 0: never; absent: 5, or 0 with steps'),
  class_weights: about(flag, 'classes count the same, however many pictures each has'),
};

/** POST /heads */
export const trainBody = z
  .strictObject(
    {
      ...optionsShape,
      space: spaceName.optional(),
      use: about(flag, 'it predicts as soon as it is trained; absent: true, in the current space'),
      ...tuneShape,
    },
    { error: () => 'the body must be a JSON object' },
  )
  .superRefine((given, context) => {
    const message = contradiction(given);
    if (message !== null) context.addIssue({ code: 'custom', message });
  })
  .openapi('TrainHead');
export type TrainFields = z.output<typeof trainBody>;

const headOptions = (o: TrainFields): HeadOptions => ({
  holdout: o.holdout,
  folds: o.folds,
  seed: o.seed,
  arch: o.arch,
  hidden: o.hidden,
  dropout: o.dropout,
  optimizer: o.optimizer,
  lr: o.lr,
  lrDecay: o.lr_decay,
  weightDecay: o.weight_decay,
  batch: o.batch,
  epochs: o.epochs,
  steps: o.steps,
  evalEvery: o.eval_every,
  patience: o.patience,
  classWeights: o.class_weights,
});

/** What the engine is asked for: a head on stored embeddings. */
export const headRequest = (o: TrainFields): HeadRequest => given({ ...headOptions(o), space: o.space, use: o.use });

/** The same where a network is tuned with it. */
export const tuneRequest = (o: TrainFields): TuneRequest => given({ ...headOptions(o), ...tuneOptions(o) });

/** Without what is undefined: an option that is absent has a value of its own. */
function given<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}

const renamed = [
  'lrDecay',
  'weightDecay',
  'evalEvery',
  'classWeights',
  'fineTune',
  'fromScratch',
  'tuneEpochs',
  'tuneSteps',
  'tuneLr',
  'batchNorm',
  'weightsFrom',
] as const satisfies readonly (keyof HeadRequest | keyof TuneRequest)[];
const renamedOnes = new RegExp(`\\b(${renamed.join('|')})\\b`, 'g');

/** Options by the names that they have in JSON. */
export const inJsonNames = (message: string): string => message.replaceAll(renamedOnes, snakeName);

/** @throws what `work` throws, its message in JSON's names */
export function withJsonNames<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PixkinError) || error.code !== 'invalid_request') throw error;
    throw new PixkinError('invalid_request', inJsonNames(error.message), {
      ...(error.hint !== undefined && { hint: inJsonNames(error.hint) }),
      cause: error,
    });
  }
}

/** PATCH /heads/{id} */
export const changeHeadBody = z
  .strictObject(
    { in_use: flag.openapi({ description: 'whether it predicts; one head at most does' }) },
    { error: () => 'the body must be a JSON object' },
  )
  .openapi('ChangeHead');

/** GET /heads/{id}/report */
export const reportQuery = z.strictObject({
  limit: wholeText(0, 1000).openapi({ description: 'most entries of each list; absent: 50' }).optional(),
});
