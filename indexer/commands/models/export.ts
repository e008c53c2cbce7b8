import { resolve } from 'node:path';
import { exportNetwork, findBackbone, modelFoldersOf } from '../../../src/index.ts';
import type { Context } from '../../context.ts';
import type { Flags } from './flags.ts';

/** Writes a network for use elsewhere. `--format` and `--out` are required. */
export async function exportModel({ config, io }: Context, name: string, flags: Flags): Promise<number> {
  const { format, out } = flags as Required<Pick<Flags, 'format' | 'out'>>;
  const folder = resolve(out);
  await exportNetwork(await findBackbone(name, modelFoldersOf(config.data)), format, folder);
  io.json({ type: 'exported', name, format, folder });
  io.text(`${name} as ${format}: ${folder}`);
  return 0;
}
