/**
 * Keras' JSON of a model, of any version, as the one form of it that is kept: that of Keras 2, flat, with one input and one
 * output, without what does nothing but in training, and with no more options than decide what is computed.
 */
import { PixkinError } from '../errors.ts';
import { withOutput } from './calls.ts';
import { inline } from './keras-config/inline.ts';
import { readModel } from './keras-config/raw.ts';
import { inputShape, shapesOf, shown } from './layers/index.ts';
import type { NetworkConfig } from './network.ts';

/**
 * Functional and Sequential models, nested ones, TF.js' `model.json`, and what it returned itself, which comes back unchanged.
 * Layers keep their names, but for one that a nested model has too; the order is that of the JSON, which is that of Keras' weight files.
 * @param fileLabel how errors call what is read
 * @throws PixkinError `backbone_invalid`: a class is not understood (all of them are listed) or an option is not; several inputs
 *   or outputs; an input that is no picture of three channels; shapes that do not fit, where the input's size is given
 */
export function normaliseConfig(json: unknown, fileLabel: string): NetworkConfig {
  try {
    const model = readModel(json);
    const { layers, input, output } = inline(model);
    const config: NetworkConfig = {
      class_name: 'Functional',
      config: { name: model.name, layers, input_layers: [[input, 0, 0]], output_layers: [[output[0], output[1], 0]] },
    };
    const needed = withOutput(config, [output[0], output[1]]);
    checkInput(needed);
    return needed;
  } catch (error) {
    if (!(error instanceof PixkinError)) throw error;
    throw new PixkinError(error.code, `${fileLabel}: ${error.message}`, { cause: error });
  }
}

function checkInput(config: NetworkConfig): void {
  const shape = inputShape(config);
  if (shape.length !== 3 || shape[2] !== 3) {
    throw new PixkinError('backbone_invalid', `expected an input of height x width x 3 channels; got ${shown(shape)}`);
  }
  if (shape.every((size) => size !== null)) shapesOf(config);
}
