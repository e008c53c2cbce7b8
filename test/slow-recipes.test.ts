/**
 * The five recipes of transfer learning from their beginning to their end, shortened. Their figures are in the README.
 */
import { afterAll, expect, test } from 'vitest';
import { flowersCurves } from './bench/transfer/flowers-curves.ts';
import { flowersLinear } from './bench/transfer/flowers-linear.ts';
import { ownBase } from './bench/transfer/own-base.ts';
import { fromSource, openPlace } from './bench/transfer/place.ts';
import { markdown, type Recipe } from './bench/transfer/recipe.ts';
import { sizes } from './bench/transfer/sizes.ts';
import { tiles } from './bench/transfer/tiles.ts';
import { twoFlowers } from './bench/transfer/two-flowers.ts';

const place = openPlace(sizes.short, fromSource);
afterAll(() => place.close());

async function follow<Facts>(recipe: Recipe<Facts>): Promise<Facts> {
  const { rows, facts } = await recipe.follow(place);
  console.log(markdown(rows));
  return facts;
}

function recipeTest<Facts>(title: string, recipe: Recipe<Facts>, holds: (facts: Facts) => void): void {
  const reason = recipe.missing();
  if (reason !== null) console.log(`${recipe.name} is not followed: ${reason}`);
  test.skipIf(reason !== null)(reason === null ? title : `${title} (skipped: ${reason})`, async () => {
    holds(await follow(recipe));
  });
}

recipeTest('flowers: a linear layer on a feature vector reaches .89', flowersLinear, (facts) => {
  expect(facts.afterSteps).toBeGreaterThan(0.81);
  expect(facts.converged).toBeGreaterThanOrEqual(0.89);
  if (facts.sklearn !== null) expect(facts.converged).toBeGreaterThanOrEqual(facts.sklearn - 0.01);
});

recipeTest('flowers: five epochs give curves of loss and accuracy in the report', flowersCurves, (facts) => {
  expect(facts.accuracy).toBeGreaterThan(0.85);
  expect(facts.lastLoss).toBeLessThan(facts.firstLoss);
  expect(facts.epochs).toBe(5);
  expect(facts.curves).toEqual(
    ['Loss over epochs', 'Accuracy over epochs'].flatMap((chart) =>
      ['train', 'validation'].map((line) => ({ chart, line, points: 5 })),
    ),
  );
});

recipeTest('cats and dogs: a head, then the last layers with it, its epochs counted on', twoFlowers, (facts) => {
  expect(facts.headEpochs).toBe(sizes.short.pair.epochs);
  expect(facts.epochs).toEqual(
    Array.from({ length: sizes.short.pair.epochs + sizes.short.pair.tuneEpochs }, (_, i) => i + 1),
  );
  const { before, after } = facts.accuracy;
  expect(Math.min(before!, after!)).toBeGreaterThan(0.5);
  expect(facts.notes.join('\n')).toMatch(/the second phase (improved|lowered|did not change) the accuracy/);
});

recipeTest('satellite tiles: all layers, through a kill, to a file that says the same', tiles, (facts) => {
  expect(facts.accuracy.before).toBeGreaterThan(0.4);
  expect(facts.accuracy.after).toBeGreaterThan(0.4);
  expect(facts.top5).toBeGreaterThan(0.8);
  expect(facts.checkpoints).toBeGreaterThan(1);
  expect(facts.checkpoints).toBeLessThanOrEqual(6);
  // The head's epochs were not done again.
  expect(facts.killedAt).toBeGreaterThan(sizes.short.tiles.epochs);
  expect(facts.resumedAt).toBeGreaterThan(sizes.short.tiles.epochs);
  expect(facts.difference).toBeLessThan(1e-4);
  expect(facts.accuracyDifference).toBe(0);
  expect(facts.exportDifference).toBeLessThan(1e-4);
});

recipeTest("one's own base: two further classes at another size stand on it", ownBase, (facts) => {
  expect(facts.base).toBeGreaterThan(0.5);
  expect(Math.min(facts.further.before!, facts.further.after!)).toBeGreaterThan(0.5);
  expect(facts.notes).toEqual(['weights of 8 of 8 layers are those of own-base']);
  expect(facts.same).toEqual(['conv1', 'conv1_bn', 'conv2', 'conv2_bn', 'conv3', 'conv3_bn']);
  expect(facts.changed).toEqual(['conv4', 'conv4_bn']);
});
