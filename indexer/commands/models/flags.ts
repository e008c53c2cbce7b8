/**
 * What the flags of `models` say, as numbers. Each throws PixkinError `usage`, which quotes flag and value.
 */
import { PixkinError } from '../../../src/index.ts';

type Triple = readonly [number, number, number];

/** As they come from the command line: those with a value are text, those without are true. */
export interface Flags {
  readonly withTop?: boolean;
  readonly half?: boolean;
  readonly replace?: boolean;
  readonly from?: string;
  readonly as?: string;
  readonly name?: string;
  readonly topology?: string;
  readonly alpha?: string;
  readonly size?: string;
  readonly mode?: 'caffe' | 'tf' | 'torch' | 'none';
  readonly colour?: 'rgb' | 'bgr';
  readonly scale?: string;
  readonly mean?: string;
  readonly std?: string;
  readonly resize?: 'squash' | 'crop' | 'half';
  readonly fraction?: string;
  readonly kernel?: 'nearest' | 'bilinear' | 'cubic' | 'lanczos';
  readonly labels?: string;
  readonly cut?: string;
  readonly pooling?: 'none' | 'avg' | 'max' | 'gem';
  readonly licence?: string;
  readonly format?: 'onnx' | 'tfjs' | 'safetensors';
  readonly out?: string;
  readonly runtime?: 'onnx' | 'tfjs';
  readonly seconds?: string;
}

/** `0.5`, and as a fraction `1/255`. */
export function readNumber(flag: string, text: string): number {
  const [, top, bottom = '1'] = /^([-+.\deE]+)(?:\/([-+.\deE]+))?$/.exec(text) ?? [];
  const value = top === undefined ? Number.NaN : Number(top) / Number(bottom);
  if (Number.isFinite(value)) return value;
  throw new PixkinError('usage', `${flag} must be a number, such as 0.5 or 1/255; got '${text}'`);
}

/** Above 0. */
export function readPositive(flag: string, text: string): number {
  const value = readNumber(flag, text);
  if (value > 0) return value;
  throw new PixkinError('usage', `${flag} must be above 0; got '${text}'`);
}

/** `103.9,116.8,123.7`, or one number for all channels. */
export function readTriple(flag: string, text: string): Triple {
  const parts = text.split(',');
  if (parts.length !== 1 && parts.length !== 3) {
    throw new PixkinError('usage', `${flag} must be one number, or three with commas between them; got '${text}'`);
  }
  const [a, b = a, c = a] = parts.map((part) => readNumber(flag, part.trim()));
  return [a!, b!, c!];
}

/** `224`, or `320x240`: width, then height. */
export function readSize(flag: string, text: string): { width: number; height: number } {
  const [, width, height = width] = /^(\d{1,4})(?:x(\d{1,4}))?$/.exec(text) ?? [];
  if (Number(width) >= 1 && Number(height) >= 1) return { width: Number(width), height: Number(height) };
  throw new PixkinError('usage', `${flag} must be pixels, such as 224 or 320x240; got '${text}'`);
}

/** `224`: the edge of a square. */
export function readSquare(flag: string, text: string): number {
  const { width, height } = readSize(flag, text);
  if (width === height) return width;
  throw new PixkinError('usage', `${flag} must be one edge, such as 224; got '${text}'`);
}
