/**
 * Labels as they are asked for and given: in a query string, a form or a JSON body.
 */
import { z } from '@hono/zod-openapi';
import { type LabelQuery, PixkinError } from '../src/index.ts';
import { probability, probabilityText } from './probability.ts';

/** Names of one filter. */
const mostNames = 100;
const nameMessage = `must be a label, or a list of at most ${mostNames}`;
/** Longer ones are none: the engine says what a label is. */
const name = z.string().min(1).max(1000);
const names = (description: string) =>
  z
    .union([name.transform((one) => [one]), z.array(name).min(1).max(mostNames)], nameMessage)
    .openapi({ type: 'array', items: { type: 'string' }, description, example: ['tiger'] });

const both = {
  label: names(
    'only pictures with any of these: the given label, or where there is none, the predicted one',
  ).optional(),
  not_label: names('no pictures with any of these; those without a label stay').optional(),
  label_source: z
    .enum(['given', 'predicted'], 'must be given or predicted')
    .openapi({ description: 'which labels count; absent: both' })
    .optional(),
};

/** In a query string (`label=tiger&label=lion`) or a form. */
export const labelTexts = {
  ...both,
  min_p: probabilityText('least probability of a predicted label; absent: the threshold of the head').optional(),
};

/** In a JSON body. */
export const labelFields = { ...both, min_p: probability.optional() };

export interface AskedLabels {
  readonly label?: readonly string[] | undefined;
  readonly not_label?: readonly string[] | undefined;
  readonly label_source?: LabelQuery['source'];
  readonly min_p?: number | undefined;
}

/** @throws PixkinError `invalid_request` for a source or a probability without a label */
export function labelQuery(asked: AskedLabels): { labels?: LabelQuery } {
  const { label: anyOf, not_label: noneOf, label_source: source, min_p: minP } = asked;
  if (anyOf || noneOf) return { labels: { anyOf, noneOf, source, minP } };
  for (const [alone, value] of Object.entries({ label_source: source, min_p: minP })) {
    if (value !== undefined) throw new PixkinError('invalid_request', `${alone} goes with label or not_label`);
  }
  return {};
}

const object = { error: () => 'the body must be a JSON object' };
const text = z.string('must be text').max(1000, 'must have at most 1000 characters');

export const labelBody = z
  .strictObject(
    {
      label: text.nullable().openapi({ description: 'null takes it away, also where a folder says one' }),
      split: z
        .enum(['train', 'validation', 'test'], 'must be train, validation, test or null')
        .nullable()
        .optional()
        .openapi({ description: 'absent: as it is' }),
    },
    object,
  )
  .openapi('GiveLabel');

export const renameBody = z.strictObject({ from: text, to: text }, object).openapi('RenameLabel');

export const mergeBody = z
  .strictObject(
    { from: z.union([text.transform((one) => [one]), z.array(text).min(1).max(10_000)]), into: text },
    object,
  )
  .openapi('MergeLabels');
