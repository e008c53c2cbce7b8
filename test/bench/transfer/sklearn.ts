/** What scikit-learn's logistic regression makes of the same embeddings. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/index.ts';
import { embedFlowers } from '../../parity/head-flowers.ts';

/**
 * @param folder a new one, for what is handed over
 * @returns its accuracy on the 150 flowers, 0 to 1; null where PIXKIN_PARITY_PYTHON names no Python
 * @throws where that Python has no scikit-learn
 */
export async function logisticRegression(folder: string): Promise<number | null> {
  const python = process.env.PIXKIN_PARITY_PYTHON;
  if (python === undefined) return null;
  const [train, val] = [await embedFlowers('train'), await embedFlowers('val')];
  const names = [...new Set(train.pictures.map(({ label }) => label))].sort();
  const labels = [...train.pictures, ...val.pictures].map(({ label }) => names.indexOf(label));
  const task = { dim: train.dim, labels, train: train.pictures.length, weightDecay: 0.01, inputLength: 16 };
  mkdirSync(folder);
  writeFileSync(join(folder, 'case.json'), JSON.stringify(task));
  const vectors = new Float32Array([...train.vectors, ...val.vectors]);
  writeFileSync(join(folder, 'vectors.f32'), new Uint8Array(vectors.buffer));
  const script = join(packageRoot, 'test', 'parity', 'logistic.py');
  const { status, stdout, stderr } = spawnSync(python, [script, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`PIXKIN_PARITY_PYTHON: ${stderr.slice(-2000)}`);
  const { usual, same } = JSON.parse(stdout) as { usual: number; same: number };
  return Math.max(usual, same);
}
