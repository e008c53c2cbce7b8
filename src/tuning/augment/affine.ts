import type { Variation } from './variation.ts';

/** Where a target pixel comes from: at (x, y) stands what is at (xx * x + xy * y + x0, yx * x + yy * y + y0). Centres of pixels are whole numbers. */
export interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

/**
 * All that moves pixels as one map, so that they are interpolated once. The picture is cropped, flipped, rotated, sheared, zoomed and shifted,
 * in this order; what this map goes through is the way back.
 */
export function toAffine(v: Variation, width: number, height: number): Affine {
  const cos = Math.cos(v.angle);
  const sin = Math.sin(v.angle);
  const flipX = v.flipX ? -1 : 1;
  const flipY = v.flipY ? -1 : 1;
  // Back from zoom and shear (columns lean, the rows' height stays), then from the rotation, then from flip and crop.
  const xx = flipX * v.crop.w * v.zoom * cos;
  const xy = flipX * v.crop.w * v.zoom * (v.shear * cos - sin);
  const yx = flipY * v.crop.h * v.zoom * sin;
  const yy = flipY * v.crop.h * v.zoom * (v.shear * sin + cos);
  // The point that becomes the centre, and the target's centre once the shift is taken back.
  const fromX = (v.crop.x + v.crop.w / 2) * width - 0.5;
  const fromY = (v.crop.y + v.crop.h / 2) * height - 0.5;
  const centreX = (width - 1) / 2 + v.shiftX * width;
  const centreY = (height - 1) / 2 + v.shiftY * height;
  return {
    xx,
    xy,
    x0: fromX - xx * centreX - xy * centreY,
    yx,
    yy,
    y0: fromY - yx * centreX - yy * centreY,
  };
}

/** Whether every pixel stays where it is. */
export function isIdentity({ xx, xy, x0, yx, yy, y0 }: Affine): boolean {
  return xx === 1 && xy === 0 && x0 === 0 && yx === 0 && yy === 1 && y0 === 0;
}
