/**
 * A classifier for TensorFlow.js: `tf.loadLayersModel` reads it, with the preprocessing inside.
 */
import type { KerasBackbone } from '../model/backbone.ts';
import { openNetwork } from '../model/open-network.ts';
import { writeTfjs } from '../model/to-tfjs/index.ts';
import { classifierNetwork, withPreprocessing } from './classifier-network.ts';
import type { ClassifierParts } from './parts.ts';

/**
 * Pictures [N, height, width, 3] go in, numbers 0 to 255 in RGB; probabilities come out.
 * @returns the layer that gives the embedding
 * @throws PixkinError `backbone_invalid`: the network has a layer that TensorFlow.js lacks
 */
export async function writeTfjsClassifier(
  backbone: KerasBackbone,
  { head, projection }: Omit<ClassifierParts, 'backbone'>,
  folder: string,
): Promise<{ embedding: string }> {
  const opened = await openNetwork(backbone, { classes: false });
  try {
    const { network, embedding } = classifierNetwork(opened.network, head, projection);
    await writeTfjs(withPreprocessing(network, backbone.manifest.input), folder);
    return { embedding };
  } finally {
    opened.close();
  }
}
