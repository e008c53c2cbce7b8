/**
 * The topology of a network that is here, or of a known architecture whose weights are not.
 */
import { PixkinError } from '../errors.ts';
import { architectures } from './architectures/index.ts';
import { findBackbone } from './backbone.ts';
import { normaliseConfig } from './keras-config.ts';
import type { NetworkConfig } from './network.ts';
import { modelFoldersOf } from './store.ts';
import { cutLayer } from './truncate.ts';

/**
 * The whole network, and the layer whose output is pooled.
 * @throws PixkinError `backbone_not_found`, `backbone_invalid` (also for an ONNX file: it has no layers that could be cut)
 */
export async function findTopology(
  nameOrFolder: string,
  data: string,
): Promise<{ readonly config: NetworkConfig; readonly cut: string }> {
  try {
    const backbone = await findBackbone(nameOrFolder, modelFoldersOf(data));
    if ('config' in backbone) {
      return { config: backbone.config, cut: backbone.manifest.output.layer ?? cutLayer(backbone.config) };
    }
    const message = `${backbone.manifest.name} is an ONNX file: it is taken as it is, and can be cut nowhere`;
    throw new PixkinError('backbone_invalid', message);
  } catch (error) {
    const architecture = architectures.get(nameOrFolder);
    if (!architecture || !(error instanceof PixkinError) || error.code !== 'backbone_not_found') throw error;
    const config = normaliseConfig(architecture.config({ top: true }), architecture.name);
    return { config, cut: cutLayer(config) };
  }
}
