/**
 * A probability as it is asked for.
 */
import { z } from '@hono/zod-openapi';

const message = 'must be a number from 0 to 1';

/** In a JSON body. */
export const probability = z.number(message).min(0, message).max(1, message);

/** In a query string or a form. */
export const probabilityText = (description: string) =>
  z
    .string(message)
    .regex(/^(\d+\.?\d*|\.\d+)$/, message)
    .transform(Number)
    .pipe(probability)
    .openapi({ type: 'number', minimum: 0, maximum: 1, description });
