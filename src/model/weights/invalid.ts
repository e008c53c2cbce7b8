import { PixkinError } from '../../errors.ts';

/**
 * A file of weights that is damaged, cut short, or something else altogether.
 * @param label base name of the file, and within it what is wrong
 * @param problem what was expected, and what came
 */
export function invalidFile(label: string, problem: string, cause?: unknown): PixkinError {
  return new PixkinError('backbone_invalid', `${label}: ${problem}`, { cause });
}

/** @throws PixkinError `backbone_invalid` where `text` is not JSON */
export function parseJson(text: string, label: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidFile(label, `expected JSON; ${(cause as Error).message}`, cause);
  }
}

/** A JSON object, as against an array, null or a plain value. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sizes of a tensor: whole numbers from 0 on, whose product can be counted. */
export const isShape = (value: unknown): value is number[] =>
  Array.isArray(value) &&
  value.every((size) => Number.isSafeInteger(size) && size >= 0) &&
  Number.isSafeInteger(elementsOf(value));

/** How many numbers a tensor of this shape has. */
export const elementsOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
