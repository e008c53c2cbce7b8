/**
 * What the kernels use of TensorFlow.js' wasm backend (@tensorflow/tfjs-backend-wasm 4.22).
 */
import type { DataType } from '@tensorflow/tfjs-core';
import { PixkinError } from '../../errors.ts';
import { type Scatter, scatterIn } from './scatter-wasm.ts';
import { type Sums, sumsIn } from './sums-wasm.ts';

/** A tensor as kernels know it. */
export interface TensorInfo {
  readonly dataId: object;
  readonly shape: number[];
  readonly dtype: DataType;
}

export interface WasmBackend {
  readonly wasm: { readonly asm?: { readonly memory?: object } };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  /** Its numbers are what the memory held before. */
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
  typedArrayFromHeap(tensor: TensorInfo): Float32Array;
}

const instances = new WeakMap<WasmBackend, Sums & Scatter>();

/**
 * What sums.wat and scatter.wat do, in the memory of a backend.
 * @throws PixkinError `device_unavailable`: another version of the backend, which does not show its memory
 */
export function modulesOf(backend: WasmBackend): Sums & Scatter {
  const known = instances.get(backend);
  if (known) return known;
  const memory = backend.wasm.asm?.memory;
  if (!memory) {
    const message =
      'training on wasm needs @tensorflow/tfjs-backend-wasm 4.22, in whose memory it works; another version is installed';
    throw new PixkinError('device_unavailable', message, { hint: 'npm i @tensorflow/tfjs-backend-wasm@4.22.0' });
  }
  const made = { ...sumsIn(memory), ...scatterIn(memory) };
  instances.set(backend, made);
  return made;
}

/** Where a tensor's numbers begin, in bytes. Memory that grows moves none. */
export function addressOf(backend: WasmBackend, { dataId }: TensorInfo): number {
  return backend.dataIdMap.get(dataId).memoryOffset;
}

export function zeros(backend: WasmBackend, shape: readonly number[]): TensorInfo {
  const made = backend.makeOutput([...shape], 'float32');
  backend.typedArrayFromHeap(made).fill(0);
  return made;
}
