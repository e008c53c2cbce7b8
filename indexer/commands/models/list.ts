import { listNetworks } from '../../../src/index.ts';
import type { Context } from '../../context.ts';
import { megabytes } from './text.ts';

/** Every network that can be named: those that are there, and those that can be had. */
export async function listModels({ config, io }: Context): Promise<number> {
  for (const one of await listNetworks(config.data)) {
    const { name, state, dim, pooling, width, height, licence, bytes, hint } = one;
    const speeds = one.speeds.map(({ runtime, device, pictures_per_second }) => ({
      ...{ runtime, device, pictures_per_second: Math.round(pictures_per_second * 10) / 10 },
    }));
    io.json({ ...one, speeds });
    if (state === 'damaged') {
      io.text(`${name}  damaged: ${hint}`);
      continue;
    }
    const facts = [
      `${dim} numbers (${pooling} pooling)`,
      `${width} x ${height}`,
      ...(bytes === null ? [] : [`${state === 'absent' ? 'about ' : ''}${megabytes(bytes)}`]),
      ...speeds.map(({ runtime, pictures_per_second }) => `${pictures_per_second} a second (${runtime})`),
      licence,
      state === 'absent' ? `not here: ${hint}` : `space ${one.space}`,
    ];
    io.text(`${name}  ${facts.join(', ')}`);
  }
  return 0;
}
