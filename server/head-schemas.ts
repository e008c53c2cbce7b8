/**
 * What is answered about heads, as zod schemas.
 */
import { z } from '@hono/zod-openapi';
import { count, imageSchema } from './schemas.ts';

const part = z.number().openapi({ minimum: 0, maximum: 1 });
const pictures = z
  .object({ train: count, validation: count, test: count })
  .openapi({ description: 'labelled contents on each side' });

const headShape = {
  id: count.openapi({ description: 'given once, never reused' }),
  space: z.string().openapi({ description: 'the space that it is tied to' }),
  backbone: z.string(),
  labels: z.array(z.string()),
  in_use: z.boolean().openapi({ description: 'its predictions are shown, and searched by' }),
  at: z.iso.datetime(),
  pictures,
  accuracy: part
    .nullable()
    .openapi({ description: 'on the pictures for testing, else on the held-out ones; null: there are none' }),
  threshold: part.openapi({ description: 'below that probability a picture is unknown' }),
  data: z.string().openapi({ description: 'fingerprint of what it was trained on' }),
};
export const headSchema = z.object(headShape).openapi('Head');
export const headsSchema = z.object({ heads: z.array(headSchema) }).openapi('Heads');

const metrics = z
  .object({
    pictures: count,
    accuracy: part,
    top5: part.openapi({ description: 'the given label was among the five most probable' }),
    macro_f1: part,
    log_loss: z.number(),
    calibration_error: part.openapi({
      description: 'how far probabilities are from how often they are right, 15 bins',
    }),
    classes: z.array(
      z.object({
        label: z.string(),
        given: count,
        predicted: count,
        precision: part.nullable(),
        recall: part.nullable(),
        f1: part.nullable(),
      }),
    ),
    confusion: z.array(z.array(count)).openapi({
      description: 'cells that are not 0: places of the given and of the predicted class in classes, pictures',
    }),
  })
  .openapi('HeadMetrics');

const fitShape = {
  epoch: z.number().openapi({ description: 'passes over the pictures that are done' }),
  step: count,
  loss: z.number(),
  accuracy: part,
  val_loss: z.number().nullable().openapi({ description: 'null: nothing is held out' }),
  val_accuracy: part.nullable(),
  lr: z.number(),
};

const optionsShape = {
  holdout: z.number(),
  folds: count,
  seed: count,
  arch: z.enum(['linear', 'mlp']),
  hidden: count.nullable(),
  dropout: z.number(),
  optimizer: z.enum(['adam', 'sgd', 'rmsprop', 'momentum']),
  lr: z.number(),
  lr_decay: z.enum(['fixed', 'exponential', 'cosine']),
  weight_decay: z.number(),
  batch: count,
  epochs: count.nullable(),
  steps: count.nullable(),
  eval_every: count.nullable().openapi({ description: 'null: an epoch' }),
  patience: count,
  class_weights: z.boolean(),
};

const beforeAfter = z.object({ before: part.nullable(), after: part.nullable() });
const tuningSchema = z
  .object({
    run: z.string().openapi({ description: "the run's name, and that of the network that came of it" }),
    comparison: z
      .object({
        accuracy: beforeAfter.openapi({ description: 'with the head alone, and in the end' }),
        precision_at_10: beforeAfter.openapi({
          description: "how many of the ten nearest training pictures have a held-out picture's label",
        }),
      })
      .openapi({ description: 'on the held-out pictures; null: there are none, and before also from scratch' }),
  })
  .openapi('Tuning');
const tunedOptions = z
  .object({
    ...optionsShape,
    fine_tune: z.string().nullable().openapi({ description: 'null: from scratch' }),
    from_scratch: z.boolean(),
    tune_epochs: count.nullable(),
    tune_steps: count.nullable(),
    tune_lr: z.number(),
    tune_eval_every: count.nullable(),
    tune_patience: count,
    batch_norm: z.enum(['inference', 'batch']),
    augment: z
      .object({
        flip: z.enum(['horizontal', 'vertical', 'both']).nullable(),
        rotation: z.number(),
        zoom: z.number(),
        shear: z.number(),
        shift: z.number(),
        brightness: z.number(),
        contrast: z.number(),
        crop: z.number(),
      })
      .nullable(),
    size: z.object({ width: count, height: count }).nullable(),
    weights_from: z.string().nullable(),
  })
  .openapi('TuneOptions');

export const headDetailSchema = z
  .object({
    ...headShape,
    temperature: z.number(),
    options: z.union([tunedOptions, z.object(optionsShape)]),
    tuning: tuningSchema.nullable().openapi({ description: 'null: it was trained on stored embeddings' }),
    evaluation: z.object({
      pictures,
      validation: metrics.nullable().openapi({ description: 'on the held-out pictures' }),
      test: metrics.nullable().openapi({ description: 'on those that a split kept for testing' }),
      cross_validation: metrics
        .nullable()
        .openapi({ description: 'on the training pictures, each by a head that had not seen it' }),
      baseline: z
        .object({ k: count, pictures: count, accuracy: part })
        .nullable()
        .openapi({ description: 'the vote of the nearest training pictures, which it must beat' }),
      history: z.array(z.object(fitShape).openapi('FitRecord')),
      best: count.openapi({ description: 'place in history of the weights that were kept' }),
      refitted: z.boolean().openapi({
        description: 'the held-out pictures went back to the training ones for the weights that were kept',
      }),
      runtime: z.string(),
      notes: z.array(z.string()),
    }),
  })
  .openapi('HeadDetail');

/** Data of the event `training`. */
export const trainingSchema = z
  .object({
    phase: z.string(),
    fold: count.nullable(),
    ...fitShape,
    epochs: z.number(),
    done: count.openapi({ description: 'steps of the whole training' }),
    total: count,
  })
  .openapi('Training');

export const headReportSchema = z
  .object({
    head: headDetailSchema,
    mistakes: z
      .array(
        z.object({
          image: imageSchema,
          split: z.enum(['train', 'validation', 'test']),
          given: z.string(),
          predicted: z.string(),
          p: part,
        }),
      )
      .openapi({ description: 'most confident first, each by a head that had not seen the picture' }),
    mistake_count: count,
    mislabelled: z
      .array(
        z.object({ image: imageSchema, given: z.string(), suggested: z.string(), p_given: part, p_suggested: part }),
      )
      .openapi({ description: 'pictures whose label is probably wrong, most suspect first' }),
    mislabelled_count: count,
    next_to_label: z
      .array(z.object({ image: imageSchema, uncertainty: part }))
      .openapi({ description: 'pictures without a label that teach it most' }),
  })
  .openapi('HeadReport');

export type HeadAnswer = z.infer<typeof headSchema>;
export type HeadDetailAnswer = z.infer<typeof headDetailSchema>;
export type HeadReportAnswer = z.infer<typeof headReportSchema>;
export type TrainingAnswer = z.infer<typeof trainingSchema>;
