/**
 * A backbone on TensorFlow.js, with the same functions as on ONNX Runtime.
 */
import { PixkinError } from '../errors.ts';
import type { Backbone } from '../model/backbone.ts';
import { normalisationOf } from '../model/normalisation.ts';
import { openNetwork } from '../model/open-network.ts';
import type { Session } from '../types.ts';
import { openTfjs, type TfjsNetwork, type TfjsOptions } from './tfjs.ts';

/**
 * Opens a backbone's embedding.
 * @param o.classes with a score for each class, where the backbone has some
 * @throws PixkinError `backbone_invalid` (an ONNX file is no network that TF.js reads), `device_unavailable`
 */
export async function openTfjsBackbone(
  backbone: Backbone,
  o: TfjsOptions & { readonly classes?: boolean } = {},
): Promise<Session & Pick<TfjsNetwork, 'device'>> {
  if (!('config' in backbone)) {
    const { name, file } = backbone.manifest;
    const message = `runtime tfjs runs networks that are kept as topology and weights; ${name} is the ONNX file ${file}`;
    throw new PixkinError('backbone_invalid', message);
  }
  const { width, height, colour } = backbone.manifest.input;
  const input = { width, height, colour, ...normalisationOf(backbone.manifest.input) };
  const opened = await openNetwork(backbone, { classes: o.classes ?? false });
  try {
    const { embedding, classes } = opened.outputs;
    const outputs = classes === undefined ? [embedding] : [embedding, classes];
    const { dims, device, run, close } = await openTfjs(opened.network, input, outputs, o);
    return {
      dim: dims[0]!,
      device,
      run: async (batch) =>
        (await run(batch)).map(([vector, scores]) => ({ vector: vector!, ...(scores && { classes: scores }) })),
      close,
    };
  } finally {
    opened.close();
  }
}
