import { describe, expect, test } from 'vitest';
import { parseAugmentation, resolveAugmentation } from '../../../../src/tuning/augment/index.ts';

describe('resolveAugmentation', () => {
  test('decides what was not said', () => {
    expect(resolveAugmentation({ rotation: 20, flip: 'both' })).toEqual({
      flip: 'both',
      rotation: 20,
      zoom: 0,
      shear: 0,
      shift: 0,
      brightness: 0,
      contrast: 0,
      crop: 1,
    });
  });

  test('says when there is nothing to do', () => {
    expect(resolveAugmentation({})).toBeNull();
    expect(resolveAugmentation({ rotation: 0, crop: 1, zoom: undefined })).toBeNull();
  });

  test.each([
    [{ rotation: 181 }, 'augment: rotation must be 0 to 180 (degrees); got 181'],
    [{ rotation: -1 }, 'augment: rotation must be 0 to 180 (degrees); got -1'],
    [{ zoom: 20 }, 'augment: zoom must be 0 to 0.9 (a part of the size); got 20'],
    [{ shear: 90 }, 'augment: shear must be 0 to 60 (degrees); got 90'],
    [{ shift: 1.1 }, 'augment: shift must be 0 to 1 (a part of the size); got 1.1'],
    [{ brightness: 2 }, 'augment: brightness must be 0 to 1 (a part of the range); got 2'],
    [{ contrast: Number.NaN }, 'augment: contrast must be 0 to 1 (a part); got NaN'],
    [{ crop: 0 }, 'augment: crop must be 0.08 to 1 (the least part of the area); got 0'],
    [{ flip: 'left' }, 'augment: flip must be horizontal, vertical or both; got left'],
    [{ zoom: '.2' }, 'augment: zoom must be 0 to 0.9 (a part of the size); got .2'],
    [
      { spin: 3 },
      'augment: the options are flip, rotation, zoom, shear, shift, brightness, contrast and crop; got spin',
    ],
  ])('refuses %o', (options, message) => {
    expect(() => resolveAugmentation(options as object)).toThrow(
      expect.objectContaining({ code: 'invalid_request', message }),
    );
  });
});

describe('parseAugmentation', () => {
  test.each([
    ['flip', { flip: 'horizontal' }],
    ['flip=both', { flip: 'both' }],
    [
      'flip=vertical, rotation=20,zoom=.2,shear=10,shift=0.1,brightness=.2,contrast=.2,crop=.6',
      { flip: 'vertical', rotation: 20, zoom: 0.2, shear: 10, shift: 0.1, brightness: 0.2, contrast: 0.2, crop: 0.6 },
    ],
  ])('reads %s', (text, options) => {
    expect(parseAugmentation(text)).toEqual(options);
  });

  test('takes what is named beside the standard in place of what that says, wherever it stands', () => {
    const standard = parseAugmentation('standard');
    expect(resolveAugmentation(standard)).not.toBeNull();
    for (const text of ['standard,rotation=90,crop=.5', 'rotation=90,crop=.5,standard']) {
      expect(parseAugmentation(text)).toEqual({ ...standard, rotation: 90, crop: 0.5 });
    }
  });

  test.each([
    ['', "augment: a list such as flip,rotation=20,zoom=.2 or standard was expected; got ''"],
    ['flip,', "augment: a list such as flip,rotation=20,zoom=.2 or standard was expected; got 'flip,'"],
    ['zoom=1=2', "augment: a list such as flip,rotation=20,zoom=.2 or standard was expected; got 'zoom=1=2'"],
    ['zoom=.1,zoom=.2', "augment: zoom may be given once; got 'zoom=.1,zoom=.2'"],
    ['rotation', 'augment: rotation must be a number, as in rotation=.2; got none'],
    ['rotation=far', "augment: rotation must be a number, as in rotation=.2; got 'far'"],
    ['rotation=', "augment: rotation must be a number, as in rotation=.2; got ''"],
    ['flip=left', "augment: flip must be horizontal, vertical or both; got 'left'"],
    ['spin=3', 'augment: the options are flip, rotation, zoom, shear, shift, brightness, contrast and crop; got spin'],
  ])("refuses '%s'", (text, message) => {
    expect(() => parseAugmentation(text)).toThrow(expect.objectContaining({ code: 'invalid_request', message }));
  });
});
