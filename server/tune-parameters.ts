/**
 * Tunings as they are asked for: the fields that POST /heads takes for them beside those of a head.
 */
import { z } from '@hono/zod-openapi';
import type { HeadOptions, TuneRequest } from '../src/index.ts';
import { about, number, oneOf } from './fields.ts';
import { layerName } from './job-parameters.ts';
import { flag, name, whole } from './parameters.ts';
import { poolings } from './schemas.ts';

/** A name, or a folder of the server, which may be deep. */
const network = z.string('must be text').min(1, 'must not be empty').max(4096, 'must have at most 4096 characters');
const layers = z.string('must be text').max(10_000, 'must have at most 10000 characters');

const augmentShape = {
  flip: about(oneOf(['horizontal', 'vertical', 'both']), 'each direction in half of the cases'),
  rotation: about(number, 'most degrees to either side, 0 to 180'),
  zoom: about(number, 'part by which more or less is seen, 0 to 0.9'),
  shear: about(number, 'most degrees to either side by which columns lean, 0 to 60'),
  shift: about(number, 'most part of each side by which it moves, 0 to 1'),
  brightness: about(number, 'most part of the range that is added or taken away, 0 to 1'),
  contrast: about(number, 'most part by which distances from the mean grow or shrink, 0 to 1'),
  crop: about(number, 'least part of the area that is kept, 0.08 to 1'),
};
const augment = z
  .strictObject(augmentShape, { error: () => `must be an object of ${listed(Object.keys(augmentShape))}` })
  .openapi('Augment');

const size = z.union(
  [number, z.strictObject({ width: number, height: number })],
  'must be a number of pixels, or an object of width and height',
);
const secondsMessage = 'must be a number from 1 to 86400';
const seconds = z.number(secondsMessage).min(1, secondsMessage).max(86_400, secondsMessage);

/** What makes a tuning of it. */
const choosing = {
  fine_tune: about(
    layers,
    'pictures go through the network, of which these layers are trained with the head: last:N, from:LAYER, scope:PREFIX or all',
  ),
  from_scratch: about(flag, 'all layers are trained, from random numbers; not together with fine_tune'),
};

/** What goes with that only. */
const tuning = {
  run: about(name, 'name of the run, and of the network that comes of it; the same again goes on; absent: made up'),
  backbone: about(network, 'a name or a folder of the server; absent: the current one'),
  pooling: about(oneOf(poolings), "absent: the network's own"),
  cut: about(layerName, 'the layer that the network is cut after'),
  tune_epochs: about(number, 'passes of the second phase; absent: 10; not together with tune_steps'),
  tune_steps: about(number, 'steps of the second phase, in place of passes'),
  tune_lr: about(number, 'learning rate of the second phase; absent: a tenth of lr'),
  batch_norm: about(
    oneOf(['inference', 'batch']),
    'the statistics that trained layers normalise with: stored ones, or those of the batch; absent: inference; from scratch: batch',
  ),
  augment: about(augment, 'varies the pictures in the second phase; absent: not'),
  size: about(size, 'of the pictures that the network takes, in pixels; absent: as it is'),
  weights_from: about(network, 'a network whose weights are taken where names and shapes of layers are the same'),
  backend: about(
    oneOf(['auto', 'node-gpu', 'node', 'wasm', 'cpu']),
    'the TensorFlow.js that trains it; absent: auto, the fastest that is installed',
  ),
  checkpoint_seconds: about(seconds, 'it is kept so often; absent: every 30 seconds, and at each best look'),
  checkpoint_steps: about(whole(1, 1e7), 'in place of seconds'),
};

/** Of a head on stored embeddings only. */
const headOnly = ['folds', 'space', 'use'];

export const tuneShape = { ...choosing, ...tuning };
const tuneBody = z.strictObject(tuneShape);
export type TuneFields = z.output<typeof tuneBody>;

export const isTuning = ({ fine_tune, from_scratch }: TuneFields): boolean =>
  fine_tune !== undefined || from_scratch === true;

/** What is wrong with fields together: those of the one kind of training that are given for the other; null: nothing. */
export function contradiction(given: TuneFields & Readonly<Record<string, unknown>>): string | null {
  const isTuned = isTuning(given);
  const strange = (isTuned ? headOnly : Object.keys(tuning)).filter((field) => given[field] !== undefined);
  if (strange.length > 0) {
    const what = `${listed(strange)} ${strange.length === 1 ? 'goes' : 'go'}`;
    return `${what} ${isTuned ? 'without fine_tune and from_scratch' : 'with fine_tune or from_scratch'}`;
  }
  if (given.checkpoint_seconds === undefined || given.checkpoint_steps === undefined) return null;
  return 'checkpoint_seconds and checkpoint_steps exclude each other; got both';
}

/** What the engine is asked for, beside a head's options. */
export const tuneOptions = (o: TuneFields): Omit<TuneRequest, keyof HeadOptions> => ({
  fineTune: o.fine_tune,
  fromScratch: o.from_scratch,
  run: o.run,
  backbone: o.backbone,
  pooling: o.pooling,
  cut: o.cut,
  tuneEpochs: o.tune_epochs,
  tuneSteps: o.tune_steps,
  tuneLr: o.tune_lr,
  batchNorm: o.batch_norm,
  augment: o.augment,
  size: o.size,
  weightsFrom: o.weights_from,
  backend: o.backend,
  checkpointSeconds: o.checkpoint_seconds,
  checkpointSteps: o.checkpoint_steps,
});

/** `a, b and c` */
function listed(names: readonly string[]): string {
  return names.join(', ').replace(/, ([^,]*)$/, ' and $1');
}
