import { expect, test } from 'vitest';
import { checkClassifier } from '../../../src/export/check.ts';
import { type Runner, runLive } from '../../../src/export/runners.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { madeBackbone, madeHead } from './made.ts';

async function made() {
  const backbone = await madeBackbone(temporaryFolder());
  const parts = { backbone, head: madeHead({ backbone }) };
  /** Says what the live one says, but for one probability of the last picture. */
  const offBy = (difference: number) => async (): Promise<Runner> => {
    const live = await runLive(parts);
    return {
      ...live,
      async run(pictures) {
        const answers = await live.run(pictures);
        answers.at(-1)!.probabilities[1]! += difference;
        return answers;
      },
    };
  };
  return { parts, offBy };
}

test('probabilities may be off by rounding', async () => {
  const { parts, offBy } = await made();
  const { pictures, difference } = await checkClassifier(parts, [], offBy(5e-5));
  expect(pictures).toBe(2);
  expect(difference).toBeCloseTo(5e-5, 6);
});

test.each([2e-4, Number.NaN])('one that is off by %d is an error', async (difference) => {
  const { parts, offBy } = await made();
  await expect(checkClassifier(parts, [], offBy(difference))).rejects.toMatchObject({
    code: 'export_differs',
    message: expect.stringContaining('must give the probabilities of the live one to 0.0001'),
  });
});
