import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../src/files.ts';
import { loadBackbone } from '../../../src/model/backbone.ts';
import { openNetwork } from '../../../src/model/open-network.ts';
import { type TunePicture, type TuneTask, tuneNetwork } from '../../../src/tuning/index.ts';
import { temporaryFolder } from '../../support/folder.ts';

const flowers = join(packageRoot, '..', 'shared', 'flowers');
const missing = existsSync(flowers) ? '' : ' (skipped: ../shared/flowers is missing)';

/** Some pictures of each class, sorted by content. */
function someFlowers(counts: Readonly<Record<string, number>>): TunePicture[] {
  const pictures = Object.entries(counts).flatMap(([folder, count]) =>
    readdirSync(join(flowers, folder)).flatMap((label) =>
      readdirSync(join(flowers, folder, label))
        .sort()
        .slice(0, count)
        .map((file): TunePicture => {
          const path = join(flowers, folder, label, file);
          const content = createHash('sha256').update(readFileSync(path)).digest('hex');
          const split = folder === 'train' ? 'train' : 'validation';
          return { content, paths: [path], label, phash: content.slice(0, 16), split };
        }),
    ),
  );
  return pictures.sort((a, b) => (a.content < b.content ? -1 : 1));
}

/** Ends a run's process at its nth word of any kind. @returns false where it was done before that */
async function killed(task: TuneTask, nth: number): Promise<boolean> {
  let pid = 0;
  let heard = 0;
  const hear = (): void => {
    if (++heard === nth) process.kill(pid, 'SIGKILL');
  };
  return tuneNetwork(task, {
    onStart: (started) => {
      pid = started;
    },
    onProgress: hear,
    onWork: hear,
  }).then(
    () => false,
    (error) => {
      expect(error).toMatchObject({ code: 'internal', message: expect.stringContaining('SIGKILL') });
      return true;
    },
  );
}

async function numbersOf(folder: string): Promise<Float32Array[]> {
  const backbone = await loadBackbone(folder);
  if (!('config' in backbone)) throw new Error('expected a topology');
  const { network, close } = await openNetwork(backbone, { classes: false });
  const all = [...network.weights.values()].flatMap((variables) => variables.map(({ data }) => data.slice()));
  close();
  return all;
}

test.skipIf(missing !== '')(`ten kills do not change what EfficientNet-Lite0 becomes${missing}`, async () => {
  const task: TuneTask = {
    data: temporaryFolder(),
    name: 'whole',
    network: { backbone: 'efficientnet-lite0' },
    pictures: someFlowers({ train: 12, val: 4 }),
    options: { fineTune: 'last:20', epochs: 3, tuneEpochs: 4, batch: 6, patience: 0 },
    backend: 'wasm',
    checkpoint: { everySteps: 2 },
  };
  const whole = await tuneNetwork(task);
  const again = { ...task, name: 'killed' };
  let kills = 0;
  for (const nth of [3, 5, 2, 4, 3, 6, 2, 5, 4, 3]) if (await killed(again, nth)) kills++;
  expect(kills).toBe(10);
  const resumed = await tuneNetwork(again);
  const [one, other] = [await numbersOf(whole.network), await numbersOf(resumed.network)];
  expect(other).toHaveLength(one.length);
  const furthest = Math.max(
    ...one.map((values, i) => values.reduce((most, value, j) => Math.max(most, Math.abs(value - other[i]![j]!)), 0)),
  );
  expect(furthest).toBeLessThan(1e-4);
  expect(resumed.report.scores).toEqual(whole.report.scores);
});
