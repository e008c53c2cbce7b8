/**
 * TensorFlow.js as types only: which package it comes from is decided where it is loaded, and handed in.
 */
import type * as core from '@tensorflow/tfjs-core';
import type * as layers from '@tensorflow/tfjs-layers';

/** The operations and the layers of TF.js, as every one of its packages for Node has them together. */
export type Tf = typeof core & typeof layers;
export type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
export type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
/** A layer of TF.js. */
export type TfLayer = InstanceType<Tf['layers']['Layer']>;
