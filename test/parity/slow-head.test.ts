/**
 * A head on the embeddings of real pictures, and what scikit-learn makes of the same ones. Times are printed, not tested.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Head } from '../../src/head/head.ts';
import type { HeadOptions } from '../../src/head/options.ts';
import { predict } from '../../src/head/predict.ts';
import type { TrainingData } from '../../src/head/training-data.ts';
import { trainHead } from '../../src/training/train.ts';
import { temporaryFolder } from '../support/folder.ts';
import { embedFlowers, flowers } from './head-flowers.ts';

const python = process.env.PIXKIN_PARITY_PYTHON ?? 'python3';
const noScikit =
  spawnSync(python, ['-c', 'import numpy, sklearn']).status === 0 ? '' : ` (skipped: ${python} has no scikit-learn)`;

describe.skipIf(!flowers.there)(`a head that tells five flowers apart${flowers.why}`, () => {
  type Part = Awaited<ReturnType<typeof embedFlowers>>;
  let train: Part;
  let val: Part;
  /** 650 to learn from, and where the labels say so 150 held out. */
  let learning: TrainingData;
  let split: TrainingData;
  beforeAll(async () => {
    train = await embedFlowers('train');
    val = await embedFlowers('val');
    learning = { space: 'lite0', ...train };
    const vectors = new Float32Array([...train.vectors, ...val.vectors]);
    const pictures = [
      ...train.pictures.map((picture) => ({ ...picture, split: 'train' as const })),
      ...val.pictures.map((picture) => ({ ...picture, split: 'validation' as const })),
    ];
    split = { space: 'lite0', dim: train.dim, vectors, pictures };
  });

  const accuracy = (head: Head): number => {
    const labels = predict(head, val.vectors).map(({ scores }) => scores[0]!.label);
    return labels.filter((label, i) => label === val.pictures[i]!.label).length / labels.length;
  };

  async function run(data: TrainingData, options: HeadOptions) {
    const begun = performance.now();
    const { head, device } = await trainHead(data, options);
    const seconds = (performance.now() - begun) / 1000;
    const { validation, crossValidation, baseline } = head.evaluation;
    console.log(
      `${JSON.stringify(options)} in ${seconds.toFixed(1)} s on ${device.runtime}: val ${accuracy(head).toFixed(3)}, ` +
        `held out ${validation?.accuracy.toFixed(3)}, calibration error ${validation?.calibrationError.toFixed(3)}, ` +
        `cross-validation ${crossValidation?.accuracy.toFixed(3)}, neighbours ${baseline?.accuracy.toFixed(3)}`,
    );
    return head;
  }

  test('reaches .89 as it is trained when nothing is asked for, whether val is held out or never seen', async () => {
    for (const data of [split, learning]) {
      const head = await run(data, {});
      expect(accuracy(head)).toBeGreaterThanOrEqual(0.89);
      const { validation, baseline } = head.evaluation;
      expect(validation!.accuracy).toBeGreaterThan(baseline!.accuracy);
    }
  });

  test('is better than 81 % after 100 steps of 10', async () => {
    expect(accuracy(await run(learning, { steps: 100, batch: 10 }))).toBeGreaterThan(0.81);
  });

  test.skipIf(noScikit !== '')(`is within a point of scikit-learn's logistic regression${noScikit}`, async () => {
    const weightDecay = 0.01;
    const folder = temporaryFolder();
    const names = [...new Set(train.pictures.map(({ label }) => label))].sort();
    const labels = split.pictures.map(({ label }) => names.indexOf(label));
    const description = { dim: train.dim, labels, train: train.pictures.length, weightDecay, inputLength: 16 };
    writeFileSync(join(folder, 'case.json'), JSON.stringify(description));
    writeFileSync(join(folder, 'vectors.f32'), new Uint8Array(split.vectors.buffer));
    const { stdout, stderr } = spawnSync(python, [join(import.meta.dirname, 'logistic.py'), folder], {
      encoding: 'utf8',
    });
    expect(stdout, stderr).not.toBe('');
    const sklearn = JSON.parse(stdout) as { usual: number; same: number; probabilities: number[][]; version: string };
    console.log(
      `scikit-learn ${sklearn.version}: C = 1 ${sklearn.usual.toFixed(3)}, same objective ${sklearn.same.toFixed(3)}`,
    );
    const usual = await run(split, {});
    expect(accuracy(usual)).toBeGreaterThanOrEqual(Math.max(sklearn.usual, sklearn.same) - 0.01);

    // Fitted to the end, it is the very same regression.
    const options = { weightDecay, epochs: 300, patience: 0, holdout: 0, folds: 0 };
    const converged = await run(learning, options);
    expect(Math.abs(accuracy(converged) - sklearn.same)).toBeLessThan(0.01);
    const distances = predict(converged, val.vectors, { top: names.length }).flatMap(({ scores }, i) =>
      scores.map(({ label, p }) => Math.abs(p - sklearn.probabilities[i]![names.indexOf(label)]!)),
    );
    console.log(`largest difference of a probability: ${Math.max(...distances).toExponential(1)}`);
    expect(Math.max(...distances)).toBeLessThan(0.01);
  });
});
