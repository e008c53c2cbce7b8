/**
 * Classes as they are asked for: in a query string, a form or a JSON body.
 */
import { z } from '@hono/zod-openapi';
import { type ClassQuery, PixkinError } from '../src/index.ts';
import { probability, probabilityText } from './probability.ts';

/** Names of one filter. */
const mostNames = 100;
const nameMessage = `must be the name or wnid of a class, or a list of at most ${mostNames}`;
const className = z.string().min(1).max(200);
const classNames = z
  .union([className.transform((one) => [one]), z.array(className).min(1).max(mostNames)], nameMessage)
  .openapi({
    type: 'array',
    items: { type: 'string' },
    description: 'only pictures with any of these among their stored classes: names or wnids',
    example: ['tiger'],
  });

/** In a query string (`class=tiger&class=lion`) or a form. */
export const classTexts = {
  class: classNames.optional(),
  class_min_p: probabilityText('least probability of that class; absent: 0.1').optional(),
};

/** In a JSON body. */
export const classFields = { class: classNames.optional(), class_min_p: probability.optional() };

export interface AskedClasses {
  readonly class?: readonly string[] | undefined;
  readonly class_min_p?: number | undefined;
}

/** @throws PixkinError `invalid_request` for a probability without a class */
export function classQuery({ class: anyOf, class_min_p: minP }: AskedClasses): { classes?: ClassQuery } {
  if (anyOf) return { classes: { anyOf, minP } };
  if (minP === undefined) return {};
  throw new PixkinError('invalid_request', 'class_min_p goes with class');
}
