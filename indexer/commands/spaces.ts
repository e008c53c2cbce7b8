import type { SpaceRecord } from '../../src/index.ts';
import { withClient } from '../client.ts';
import type { Context } from '../context.ts';

export function listSpaces(context: Context): Promise<number> {
  return withClient(withOwnNetwork(context), async (client) => {
    const { spaces } = await client.json<{ spaces: SpaceRecord[] }>('/spaces');
    for (const space of spaces) {
      context.io.json(space);
      context.io.text(line(space));
    }
    return 0;
  });
}

/** Frees spaces that are not in use. */
export function dropSpaces(context: Context, names: readonly string[]): Promise<number> {
  return withClient(withOwnNetwork(context), async (client) => {
    for (const name of names) {
      const space = await client.json<SpaceRecord>(`/spaces/${encodeURIComponent(name)}`, { method: 'DELETE' });
      context.io.json({ type: 'space_dropped', ...space });
      context.io.text(`${space.id} (${space.backbone}) is gone: ${size(space.bytes)}`);
    }
    return 0;
  });
}

/** So that the collection opens in the space that it has, whatever network the settings name. */
export function withOwnNetwork(context: Context): Context {
  return { ...context, config: { ...context.config, backbone: undefined, pooling: undefined, cut: undefined } };
}

function line(s: SpaceRecord): string {
  const network = [s.backbone, s.cut, s.pooling, s.base && 'projected'].filter((part) => part !== null).join(', ');
  const role = s.current ? '  current' : s.previous ? '  previous' : '';
  const failed = s.failed > 0 ? `, ${s.failed} failed` : '';
  const lacking = s.lacking > 0 ? `, ${s.lacking} lacking` : '';
  return `${s.id}  ${network}  ${s.dim} numbers  ${s.embedded} embedded${lacking}${failed}  ${size(s.bytes)}${role}`;
}

/** `12.3 MB` */
export function size(bytes: number): string {
  for (const [unit, scale] of [
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ] as const) {
    if (bytes >= scale) return `${(bytes / scale).toFixed(1)} ${unit}`;
  }
  return `${bytes} B`;
}
