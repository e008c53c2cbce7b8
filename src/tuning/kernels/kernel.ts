/** The parts of a kernel of TensorFlow.js: what it is given, and what a convolution's kernels make of that. */
import type { KernelFunc } from '@tensorflow/tfjs-core';
import type { Tensor4D, Tf } from '../../model/to-tfjs/tf.ts';
import type { TensorInfo, WasmBackend } from './backend.ts';

/** What a kernel is given; its inputs are tensors. */
export interface Given<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: WasmBackend;
}

/**
 * A kernel as the registry of TensorFlow.js takes it.
 * @param run makes one tensor, and disposes whatever else it makes; it gets what the kernel is given, typed and as it is
 */
export function typedKernel<Inputs, Attributes>(
  run: (given: Given<Inputs, Attributes>, all: Parameters<KernelFunc>[0]) => ReturnType<KernelFunc> | TensorInfo,
): KernelFunc {
  return (all) => run(all as unknown as Given<Inputs, Attributes>, all);
}

/** As the kernels of convolutions are given them; the names are TensorFlow.js'. */
export interface ConvolutionAttributes {
  readonly strides: number | [number, number];
  readonly pad: Parameters<Tf['conv2d']>[3];
  readonly dimRoundingMode?: Parameters<Tf['conv2d']>[6];
  readonly dilations?: number | [number, number];
  readonly dataFormat?: 'NHWC' | 'NCHW';
}

/** What TensorFlow.js works out of a convolution's shapes, strides and padding. */
export type Convolution = ReturnType<Tf['backend_util']['computeConv2DInfo']>;

/** @throws Error where channels come first: as TensorFlow.js' own kernels on wasm do */
export function convolutionOf(
  tf: Tf,
  name: string,
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dimRoundingMode, dilations = 1, dataFormat = 'NHWC' }: ConvolutionAttributes,
): Convolution {
  if (dataFormat !== 'NHWC') throw new Error(`${name} on wasm: dataFormat must be NHWC; got ${dataFormat}`);
  const depthwise = name.startsWith('Depthwise');
  const [input, filter] = [[...inputShape], [...filterShape]] as [Tensor4D['shape'], Tensor4D['shape']];
  return tf.backend_util.computeConv2DInfo(input, filter, strides, dilations, pad, dimRoundingMode, depthwise);
}
