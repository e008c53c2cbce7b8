/**
 * What zod found wrong becomes one sentence: the parameter's name, what was expected, and what came.
 */
import type { z } from '@hono/zod-openapi';
import { PixkinError } from '../src/index.ts';

/** @param data what was checked */
export function invalidRequest(error: z.ZodError, data: unknown): PixkinError {
  const issue = error.issues[0]!;
  const name = nameOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const where = name === '' ? '' : ` of ${name}`;
    return new PixkinError('invalid_request', `${shown(key)} is not a parameter${where} here`, {
      hint: 'GET /openapi.json lists them',
    });
  }
  if (name === '') return new PixkinError('invalid_request', issue.message);
  return new PixkinError('invalid_request', `${name} ${issue.message}; got ${shown(at(data, issue.path))}`);
}

/** `positive[0].id` */
function nameOf(path: readonly PropertyKey[]): string {
  let name = '';
  for (const part of path) name += typeof part === 'number' ? `[${part}]` : `${name === '' ? '' : '.'}${String(part)}`;
  return name;
}

function at(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const part of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[part];
  return value;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string' && /^[\w.,+-]{1,80}$/.test(value)) return value;
  const text = value instanceof File ? 'a file' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
