import { resolve } from 'node:path';
import { type ImportOptions, importNetwork, requireArchitecture, withStore } from '../../../src/index.ts';
import type { Context } from '../../context.ts';
import { type Flags, readPositive, readSize, readTriple } from './flags.ts';
import { showNetwork } from './show.ts';

/** Makes a network of the collection's own out of a file of Keras, TensorFlow.js, safetensors, or a folder with a manifest. */
export async function importModel({ config, io, signal }: Context, path: string, flags: Flags): Promise<number> {
  const o = { ...optionsOf(path, flags), signal };
  const imported = await withStore(config.data, (store) => importNetwork(config.data, store, o));
  showNetwork(io, 'imported', imported);
  return 0;
}

function optionsOf(path: string, flags: Flags): ImportOptions {
  const { as, alpha, size, scale, mean, std, fraction, topology, labels } = flags;
  return {
    path: resolve(path),
    architecture: as === undefined ? undefined : requireArchitecture('--as', as),
    name: flags.name,
    replace: flags.replace,
    half: flags.half,
    topology: topology === undefined ? undefined : resolve(topology),
    alpha: alpha === undefined ? undefined : readPositive('--alpha', alpha),
    size: size === undefined ? undefined : readSize('--size', size),
    mode: flags.mode,
    colour: flags.colour,
    scale: scale === undefined ? undefined : readPositive('--scale', scale),
    mean: mean === undefined ? undefined : readTriple('--mean', mean),
    std: std === undefined ? undefined : readTriple('--std', std),
    policy: flags.resize,
    kernel: flags.kernel,
    fraction: fraction === undefined ? undefined : readPositive('--fraction', fraction),
    labels: labels === undefined ? undefined : resolve(labels),
    cut: flags.cut,
    pooling: flags.pooling,
    licence: flags.licence,
  };
}
