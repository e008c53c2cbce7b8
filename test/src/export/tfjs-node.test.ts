/** One TensorFlow.js for a process: the other tests have plain TF.js. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportClassifier } from '../../../src/export/export-classifier.ts';
import { runLive, runTfjs } from '../../../src/export/runners.ts';
import { loadTfjs } from '../../../src/runtime/tfjs-load.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { madeBackbone, madeHead, pictures } from './made.ts';

const missing = await loadTfjs('node').then(
  () => null,
  (error: Error) => error.message,
);
if (missing) console.log(`tfjs-node runs no exported classifier: ${missing}`);

test.skipIf(missing !== null)('TensorFlow itself reads the files for TF.js, with the same probabilities', async () => {
  const place = temporaryFolder();
  const backbone = await madeBackbone(place);
  const parts = { backbone, head: madeHead({ backbone }, { hidden: true }) };
  const out = join(place, 'out');
  await exportClassifier(parts, 'tfjs', out);
  const { embedding } = JSON.parse(readFileSync(join(out, 'classifier.json'), 'utf8')) as { embedding: string };
  const [live, file] = [await runLive(parts), await runTfjs(out, embedding)];
  const [wanted, found] = [await live.run(pictures(parts)), await file.run(pictures(parts))];
  for (const [i, { probabilities }] of wanted.entries()) {
    for (const [c, p] of probabilities.entries()) expect(found[i]!.probabilities[c]).toBeCloseTo(p, 5);
  }
  await Promise.all([live.close(), file.close()]);
});
