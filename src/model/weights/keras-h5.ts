/**
 * Keras' HDF5 files, of every layout.
 */
import type { WeightsFile } from '../network.ts';
import type { Bytes } from './bytes.ts';
import { type H5, openH5 } from './h5.ts';
import { invalidFile, parseJson } from './invalid.ts';
import { readLegacyLayers } from './keras-legacy.ts';
import { layerGroups, readKeras3Layers } from './keras-v3.ts';

/** @param bytes must stay readable until `close()`, which leaves them open */
export async function openKerasH5(bytes: Bytes, label: string): Promise<WeightsFile> {
  const h5 = await openH5(bytes, label);
  try {
    return { ...read(h5, label), close: () => h5.close() };
  } catch (error) {
    h5.close();
    throw error;
  }
}

function read(h5: H5, label: string): Pick<WeightsFile, 'layers' | 'topology'> {
  const [config] = h5.text('/', 'model_config') ?? [];
  if (config !== undefined) {
    const topology = parseJson(config, `${label}, attribute model_config`);
    if (h5.kind('/model_weights') === 'group')
      return { layers: readLegacyLayers(h5, '/model_weights', label), topology };
    throw invalidFile(label, 'expected a group model_weights beside the attribute model_config; got none');
  }
  if (h5.text('/', 'layer_names') ?? h5.text('/', 'layer_names0')) {
    return { layers: readLegacyLayers(h5, '', label), topology: undefined };
  }
  if (layerGroups.some((group) => h5.kind(`/${group}`) === 'group')) {
    return { layers: readKeras3Layers(h5, label), topology: undefined };
  }
  const there = h5.names('/').slice(0, 5).join(', ') || 'nothing';
  throw invalidFile(
    label,
    `expected weights of Keras (an attribute layer_names or model_config, or a group layers); got ${there}`,
  );
}
