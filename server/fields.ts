/**
 * Fields of a JSON body that all may be absent. Ranges are checked by the engine, which knows them.
 */
import { z } from '@hono/zod-openapi';

export const number = z.number('must be a number');

export const oneOf = <const Names extends readonly string[]>(names: Names) =>
  z.enum(names, `must be ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`);

export const about = <S extends z.ZodType>(schema: S, description: string) =>
  schema.optional().openapi({ description });
