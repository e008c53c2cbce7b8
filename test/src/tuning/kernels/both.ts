/** TensorFlow.js with its backends wasm and cpu in one process, the first with what pixkin adds. */
import { createRequire } from 'node:module';
import { expect } from 'vitest';
import type { Tf } from '../../../../src/model/to-tfjs/index.ts';
import { loadTfjs } from '../../../../src/runtime/tfjs-load.ts';
import { registerGradients } from '../../../../src/tuning/kernels/index.ts';

export type Tensor = ReturnType<Tf['tensor']>;

export async function loadBoth(): Promise<Tf> {
  const { tf } = await loadTfjs('wasm');
  createRequire(import.meta.url)('@tensorflow/tfjs-backend-cpu');
  registerGradients(tf);
  return tf;
}

/** What `compute` gives on a backend, as numbers; it must leave nothing behind. */
async function on(tf: Tf, backend: 'wasm' | 'cpu', compute: () => Tensor[]): Promise<Float32Array[]> {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const made = compute();
  const numbers = made.map((tensor) => Float32Array.from(tensor.dataSync()));
  tf.dispose(made);
  expect(tf.memory().numTensors - before, `tensors left behind on ${backend}`).toBe(0);
  return numbers;
}

/** Computes on both: each tensor must be the same on wasm, within 1e-5 of the largest of its numbers on cpu. */
export async function expectSame(tf: Tf, compute: () => Tensor[]): Promise<void> {
  const expected = await on(tf, 'cpu', compute);
  const made = await on(tf, 'wasm', compute);
  expect(expected.length).toBeGreaterThan(0);
  expect(made.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  for (const [t, numbers] of expected.entries()) {
    const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const worst = numbers.reduce((most, value, i) => Math.max(most, Math.abs(value - made[t]![i]!)), 0);
    expect(largest, `tensor ${t}: there is something to compare`).toBeGreaterThan(1e-3);
    expect(worst / largest, `tensor ${t}, in parts of its largest number`).toBeLessThan(1e-5);
  }
}
