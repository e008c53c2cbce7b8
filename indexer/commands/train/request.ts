/**
 * What `indexer train` asks for: its flags as the body of POST /heads.
 */
import { resolve } from 'node:path';
import type { Option } from 'commander';
import { PixkinError, parseAugmentation, resolveAugmentation } from '../../../src/index.ts';
import { asUsage } from '../../ask.ts';
import type { Flags } from '../add.ts';
import { options, tuneOptions } from './options.ts';

export type TrainRequest = Readonly<Record<string, unknown>>;

/** Fields that are not called as their flags are. */
const otherNames: Readonly<Record<string, string>> = {
  trainFromScratch: 'from_scratch',
  tfjs: 'backend',
  use: 'use',
};
const fieldOf = (option: Option): string => otherNames[option.attributeName()] ?? option.name().replaceAll('-', '_');

/** How each field is written as a flag. */
const flagOf: Readonly<Record<string, string>> = {
  ...Object.fromEntries(options.map((option) => [fieldOf(option), option.long!])),
  checkpoint_seconds: '--checkpoint-every',
  checkpoint_steps: '--checkpoint-every',
};

/** @throws PixkinError `usage` where a flag is wrong, or goes without the others */
export function requestOf(flags: Flags): TrainRequest {
  const isTuning = flags.fineTune !== undefined || flags.trainFromScratch === true;
  const [alone] = tuneOptions.filter((option) => flags[option.attributeName()] !== undefined);
  if (alone && !isTuning && flags.showAugmentation === undefined) {
    throw usage(`${alone.long} goes with --fine-tune or --train-from-scratch`);
  }
  const given: [string, unknown][] = [];
  for (const option of options) {
    const name = option.attributeName();
    const value = flags[name];
    // --no-use stands for its own contrary where it is not given.
    if (value === undefined || name === 'showAugmentation' || (name === 'use' && value === true)) continue;
    given.push(...(readers[name]?.(String(value)) ?? [[fieldOf(option), value] as [string, unknown]]));
  }
  return Object.fromEntries(given);
}

/** What the flags say that are not the value of their field. */
const readers: Readonly<Record<string, (text: string) => [string, unknown][]>> = {
  use: () => [['use', false]],
  augment: (text) => [['augment', augmentation(text)]],
  size: (text) => [['size', size(text)]],
  backbone: (text) => [['backbone', place(text)]],
  weightsFrom: (text) => [['weights_from', place(text)]],
  checkpointEvery: (text) => [often(text)],
};

function augmentation(text: string): object {
  try {
    const asked = parseAugmentation(text);
    resolveAugmentation(asked);
    return asked;
  } catch (error) {
    throw asFlags(error);
  }
}

function size(text: string): number | { width: number; height: number } {
  const [, width, height] = /^([1-9]\d{0,3})(?:x([1-9]\d{0,3}))?$/.exec(text) ?? [];
  if (width === undefined) throw usage(`--size must be a number of pixels, or WIDTHxHEIGHT; got ${text}`);
  return height === undefined ? Number(width) : { width: Number(width), height: Number(height) };
}

/** Whoever holds the collection may have been started elsewhere. A name stays one. */
const place = (text: string): string => (/[/\\]/.test(text) || /^\.{1,2}$/.test(text) ? resolve(text) : text);

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

function often(text: string): [string, number] {
  const [, count, unit] = /^(\d+(?:\.\d+)?)([smh])?$/.exec(text) ?? [];
  if (count === undefined)
    throw usage(`--checkpoint-every must be a time such as 30s, or a number of steps; got ${text}`);
  return unit === undefined
    ? ['checkpoint_steps', Number(count)]
    : ['checkpoint_seconds', Number(count) * unitSeconds[unit]!];
}

/** What is wrong with fields is a wrong flag. */
export function asFlags(error: unknown): unknown {
  const wrong = asUsage(error, flagOf);
  if (wrong === error || !(wrong instanceof PixkinError)) return error;
  // Names of one word are also plain words.
  const inFlags = (text: string): string => text.replace(/\b[a-z]+(_[a-z]+)+\b/g, (name) => flagOf[name] ?? name);
  return new PixkinError('usage', inFlags(wrong.message), {
    ...(wrong.hint !== undefined && { hint: inFlags(wrong.hint) }),
    cause: error,
  });
}

function usage(message: string): PixkinError {
  return new PixkinError('usage', message);
}
