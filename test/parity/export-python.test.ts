/**
 * The README's Python example, with ONNX Runtime and Pillow.
 */
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { example, exportFlowers, parsePredictions, photo } from './examples.ts';

const asked = process.env.PIXKIN_PARITY_PYTHON;
const command = asked ?? 'python3';
const { status, stderr, error } = spawnSync(command, ['-c', 'import numpy, onnxruntime, PIL'], { encoding: 'utf8' });
const missing = status === 0 ? null : (error?.message ?? stderr.trim().split('\n').at(-1) ?? `exit ${status}`);
// Whoever names a Python wants these tests to run.
if (missing !== null && asked !== undefined) throw new Error(`PIXKIN_PARITY_PYTHON: ${missing}`);
if (missing !== null) console.log(`the Python example of README.md is not run: ${command}: ${missing}`);

test.skipIf(missing !== null)('says what pixkin says of the same pictures', async () => {
  const folder = temporaryFolder();
  const { predict, checked } = await exportFlowers(folder, 'onnx');
  expect(checked).toMatchObject({ pictures: 5 });
  expect(checked!.difference).toBeLessThan(1e-5);
  writeFileSync(join(folder, 'classify.py'), example('classify.py'));
  for (const name of ['D034', 'D035', 'E012']) {
    const { stdout } = await promisify(execFile)(command, ['classify.py', photo(name)], { cwd: folder });
    const [wanted, found] = [await predict(photo(name)), parsePredictions(stdout)];
    expect(found).toHaveLength(3);
    // Its decoder and its resizing are others, by a rounding here and there.
    for (const { label, p } of wanted) {
      expect(Math.abs(found.find((each) => each.label === label)!.p - p)).toBeLessThan(0.01);
    }
  }
  expect((await predict(photo('D034')))[0]).toMatchObject({ label: 'pepper' });
});
