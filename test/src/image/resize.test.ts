import { describe, expect, test } from 'vitest';
import { cropPixels, resizePixels } from '../../../src/image/index.ts';
import { policyBox } from '../../../src/image/resize.ts';

const square = { width: 224, height: 224, kernel: 'cubic' } as const;

describe('policyBox', () => {
  test.each([
    ['squash', undefined, 400, 100, { left: 0, top: 0, right: 400, bottom: 100 }],
    ['crop', undefined, 400, 100, { left: 150, top: 0, right: 250, bottom: 100 }],
    ['crop', undefined, 100, 400, { left: 0, top: 150, right: 100, bottom: 250 }],
    ['crop', 0.5, 400, 100, { left: 175, top: 25, right: 225, bottom: 75 }],
    // 4 : 1 becomes 2 : 1
    ['half', undefined, 400, 100, { left: 100, top: 0, right: 300, bottom: 100 }],
    ['half', undefined, 100, 400, { left: 0, top: 100, right: 100, bottom: 300 }],
  ] as const)('%s (fraction %s) takes of %i x %i %o', (policy, fraction, width, height, box) => {
    expect(policyBox(width, height, { ...square, policy, ...(fraction && { fraction }) })).toEqual(box);
  });

  test('goes by the aspect of the target', () => {
    const wide = { width: 200, height: 100, kernel: 'cubic' } as const;
    expect(policyBox(400, 400, { ...wide, policy: 'crop' })).toEqual({ left: 0, top: 100, right: 400, bottom: 300 });
    expect(policyBox(800, 100, { ...wide, policy: 'half' })).toEqual({ left: 200, top: 0, right: 600, bottom: 100 });
  });
});

describe('resizePixels', () => {
  test('gives exactly the size that the network takes', () => {
    const pixels = { data: new Uint8Array(300 * 100 * 3).fill(77), width: 300, height: 100 };
    const out = resizePixels(pixels, { width: 64, height: 32, policy: 'half', kernel: 'cubic' });
    expect(out).toEqual({ width: 64, height: 32, data: new Uint8Array(64 * 32 * 3).fill(77) });
  });
});

describe('cropPixels', () => {
  const data = Uint8Array.from({ length: 4 * 3 * 3 }, (_, i) => Math.floor(i / 3));
  const pixels = { data, width: 4, height: 3 };
  const numbers = (x: number, y: number, w: number, h: number) => {
    const part = cropPixels(pixels, { x, y, w, h });
    return [part.width, part.height, ...part.data.filter((_, i) => i % 3 === 0)];
  };

  test('takes whole pixels and all that it touches', () => {
    expect(numbers(0.25, 1 / 3, 0.5, 2 / 3)).toEqual([2, 2, 5, 6, 9, 10]);
    expect(numbers(0.3, 0.4, 0.3, 0.2)).toEqual([2, 1, 5, 6]);
    expect(numbers(0, 0, 1, 1).slice(0, 2)).toEqual([4, 3]);
  });

  test('takes at least one pixel', () => {
    expect(numbers(1, 1, 0, 0)).toEqual([1, 1, 11]);
  });
});
