/**
 * A classifier as topology and weights, as networks are kept.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KerasBackbone } from '../model/backbone.ts';
import { openNetwork } from '../model/open-network.ts';
import { writeSafetensors } from '../model/weights/index.ts';
import { classifierNetwork } from './classifier-network.ts';
import { asMetadata, type ClassifierFacts } from './describe.ts';
import { labelsFile, writeManifest } from './manifest.ts';
import type { ClassifierParts } from './parts.ts';

export const safetensorsFile = 'weights.safetensors';

/**
 * @returns the layer that gives the embedding
 * @throws PixkinError `backbone_invalid`
 */
export async function writeSafetensorsClassifier(
  backbone: KerasBackbone,
  { head, projection }: Omit<ClassifierParts, 'backbone'>,
  facts: ClassifierFacts,
  folder: string,
): Promise<{ embedding: string }> {
  const opened = await openNetwork(backbone, { classes: false });
  try {
    const { network, embedding, probabilities } = classifierNetwork(opened.network, head, projection);
    const config = 'config.json';
    await writeFile(join(folder, config), JSON.stringify(network.config));
    const metadata = asMetadata(facts);
    const { sha256 } = await writeSafetensors(network.weights, join(folder, safetensorsFile), {
      dtype: 'F32',
      metadata,
    });
    await writeManifest(
      folder,
      { backbone, head },
      {
        ...{ config, file: safetensorsFile, sha256, input: backbone.manifest.input },
        output: { layer: embedding, pooling: 'none', dim: facts.dim },
        classes: { layer: probabilities, labels: labelsFile, activation: 'softmax' },
      },
    );
    return { embedding };
  } finally {
    opened.close();
  }
}
