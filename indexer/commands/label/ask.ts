import { asUsage } from '../../ask.ts';
import { type Client, withClient } from '../../client.ts';
import type { Context } from '../../context.ts';

export type Flags = Readonly<Record<string, unknown>>;

/** The collection opens in the space that it has, whatever the settings name. What the server finds wrong is a wrong argument. */
export async function ask(context: Context, work: (client: Client) => Promise<number>): Promise<number> {
  const anyNetwork = { ...context, config: { ...context.config, backbone: undefined } };
  return withClient(anyNetwork, work).catch((error: unknown) => {
    throw asUsage(error, { label: 'LABEL', from: 'FROM', to: 'TO', into: 'INTO', split: null });
  });
}

export const countImages = (images: number): string => (images === 1 ? '1 image' : `${images} images`);
