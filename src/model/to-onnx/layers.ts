/** What each class of layers becomes. */
import type { LayerClassName } from '../layers/index.ts';
import { activationLayer, elu, leakyRelu, prelu, relu, softmax } from './activation.ts';
import { cropping, enlarging, zeroPadding } from './border.ts';
import { conv2d, depthwiseConv2d, separableConv2d } from './convolution.ts';
import { dense } from './dense.ts';
import { add, average, concatenate, maximum, multiply, subtract } from './merging.ts';
import { averagePooling, gem, globalAveragePooling, globalMaxPooling, maxPooling } from './pooling.ts';
import { permute, reshape } from './reshaping.ts';
import { batchNormalization, normalization, rescaling, unitNormalization } from './scaling.ts';
import type { Call, Value } from './value.ts';

export const compilers: Readonly<Record<Exclude<LayerClassName, 'InputLayer'>, (call: Call) => Value>> = {
  Conv2D: conv2d,
  DepthwiseConv2D: depthwiseConv2d,
  SeparableConv2D: separableConv2d,
  Dense: dense,
  MaxPooling2D: maxPooling,
  AveragePooling2D: averagePooling,
  GlobalAveragePooling2D: globalAveragePooling,
  GlobalMaxPooling2D: globalMaxPooling,
  GeM: gem,
  ZeroPadding2D: zeroPadding,
  Cropping2D: cropping,
  UpSampling2D: enlarging,
  BatchNormalization: batchNormalization,
  Normalization: normalization,
  Rescaling: rescaling,
  UnitNormalization: unitNormalization,
  Activation: activationLayer,
  ReLU: relu,
  LeakyReLU: leakyRelu,
  ELU: elu,
  PReLU: prelu,
  Softmax: softmax,
  Flatten: reshape,
  Reshape: reshape,
  Permute: permute,
  Add: add,
  Subtract: subtract,
  Multiply: multiply,
  Average: average,
  Maximum: maximum,
  Concatenate: concatenate,
};
