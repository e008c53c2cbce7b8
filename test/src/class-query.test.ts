import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findClasses } from '../../src/class-query.ts';
import { shippedModels } from '../../src/files.ts';
import { loadBackbone } from '../../src/model/backbone.ts';
import { readClassNames } from '../../src/model/classes.ts';

const names = await readClassNames(await loadBackbone(join(shippedModels, 'efficientnet-lite0')));
const idsOf = (...asked: string[]) => findClasses('lite0', names, asked).map((place) => names[place]!.id);

test('the shipped network names the 1,000 classes of ImageNet, each by a wnid of its own', () => {
  expect(names).toHaveLength(1000);
  expect(new Set(names.map(({ id }) => id)).size).toBe(1000);
  expect(names.every(({ id }) => /^n\d{8}$/.test(id))).toBe(true);
});

describe('a class is found', () => {
  test.each(['tiger', 'Tiger', ' TIGER ', 'n02129604', 'N02129604'])('as %j', (asked) => {
    expect(idsOf(asked)).toEqual(['n02129604']);
  });

  test('with underscores, as Keras writes names', () => {
    expect(idsOf('great_white_shark')).toEqual(idsOf('great white shark'));
  });

  test.each(['crane', 'maillot'])('in both places where %s is the name of two, which wnids tell apart', (name) => {
    const both = idsOf(name);
    expect(both).toHaveLength(2);
    expect(both.flatMap((id) => idsOf(id))).toEqual(both);
  });

  test('among several, each once', () => {
    expect(idsOf('tiger', 'lion', 'n02129604')).toEqual(['n02129604', 'n02129165']);
  });
});

test.each([
  ['tigr', /^near: tiger/],
  ['shark', /tiger shark/],
  ['bell peper', /^near: bell pepper/],
  ['hound', /hound/],
])('%s is no class, and another is near it', (asked, near) => {
  expect(() => idsOf('tiger', asked)).toThrow(
    expect.objectContaining({
      code: 'invalid_request',
      message: `class must be a name or wnid of the 1000 classes of lite0; got "${asked}"`,
      hint: expect.stringMatching(near),
    }),
  );
});

test('where no name is near none is proposed', () => {
  expect(() => idsOf('qqqqqqqq')).toThrow(expect.objectContaining({ code: 'invalid_request', hint: undefined }));
});
