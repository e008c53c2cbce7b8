/** From a picture to the rectangle that a network takes. */
import type { Crop, Pixels, ResizeSpec } from '../types.ts';
import { type Box, resample } from './resample.ts';

/** The part of the picture that `spec` takes, resampled to `spec.width` x `spec.height`. */
export function resizePixels(pixels: Pixels, spec: ResizeSpec): Pixels {
  return resample(pixels, policyBox(pixels.width, pixels.height, spec), spec.width, spec.height, spec.kernel);
}

/**
 * The part of a `width` x `height` picture that a policy takes, centred.
 * `squash`: all. `crop`: the largest part of the target's aspect, times `fraction`. `half`: cut to the geometric mean of both
 * aspects (for a square target: to the square root of the picture's), so that half of the squashing is left.
 */
export function policyBox(width: number, height: number, spec: ResizeSpec): Box {
  const aspect = width / height;
  const target = spec.width / spec.height;
  let wanted = aspect;
  if (spec.policy === 'crop') wanted = target;
  if (spec.policy === 'half') wanted = Math.sqrt(aspect * target);
  const fraction = spec.policy === 'crop' ? (spec.fraction ?? 1) : 1;
  const w = fraction * (wanted < aspect ? height * wanted : width);
  const h = fraction * (wanted < aspect ? height : width / wanted);
  return { left: (width - w) / 2, top: (height - h) / 2, right: (width + w) / 2, bottom: (height + h) / 2 };
}

/** A part of a picture, widened to whole pixels; at least one. */
export function cropPixels(pixels: Pixels, crop: Crop): Pixels {
  const left = Math.min(Math.floor(crop.x * pixels.width), pixels.width - 1);
  const top = Math.min(Math.floor(crop.y * pixels.height), pixels.height - 1);
  const right = Math.min(pixels.width, Math.max(left + 1, Math.ceil((crop.x + crop.w) * pixels.width)));
  const bottom = Math.min(pixels.height, Math.max(top + 1, Math.ceil((crop.y + crop.h) * pixels.height)));
  const width = right - left;
  const height = bottom - top;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * pixels.width + left) * 3;
    data.set(pixels.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { data, width, height };
}
