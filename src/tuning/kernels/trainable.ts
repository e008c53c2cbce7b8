/**
 * The layers that TensorFlow.js runs, on every backend, but cannot train.
 */
import { invalid, upSampling, windowOf } from '../../model/layers/index.ts';
import type { LayerConfig } from '../../model/network.ts';

const convolutions: ReadonlySet<string> = new Set(['Conv2D', 'DepthwiseConv2D', 'SeparableConv2D']);

/**
 * Refuses layers whose gradients are missing or wrong.
 * @param layers all that gradients pass: those that are trained, and every layer between them and the loss
 * @throws PixkinError `backbone_invalid`: names the first such layer and says why
 */
export function checkTrainable(layers: readonly LayerConfig[]): void {
  for (const layer of layers) {
    const problem = problemOf(layer);
    if (problem) throw invalid(layer, `expected a layer that TensorFlow.js can train; it has ${problem}`);
  }
}

function problemOf(layer: LayerConfig): string | undefined {
  if (convolutions.has(layer.class_name)) {
    const { dilation } = windowOf(layer);
    if (dilation.every((rate) => rate === 1)) return undefined;
    return `no gradients of dilated convolutions, and dilation_rate is ${dilation.join(' x ')}`;
  }
  if (layer.class_name !== 'UpSampling2D' || upSampling(layer).interpolation !== 'bilinear') return undefined;
  // Its gradient takes no notice of `halfPixelCenters`.
  return "wrong gradients of interpolation as Keras does it, and interpolation is 'bilinear'";
}
