import { PixkinError } from '../../../src/index.ts';
import { asUsage } from '../../ask.ts';
import { type Client, withClient } from '../../client.ts';
import type { Context } from '../../context.ts';
import { withOwnNetwork } from '../spaces.ts';

/** Speaks to a collection in whatever space it has. An id that is none is a wrong argument. */
export async function ask(context: Context, work: (client: Client) => Promise<number>): Promise<number> {
  return withClient(withOwnNetwork(context), work).catch((error: unknown) => {
    throw asUsage(error, { id: 'ID' });
  });
}

/** Where a head is. @see headId */
export const at = async (client: Client, head: string): Promise<string> => `/heads/${await headId(client, head, 'ID')}`;

/**
 * The number of a head that is named by it, or by the run that it comes from, or else by its network: then the newest.
 * @param name of what names it, as people write it
 * @throws PixkinError `usage`
 */
export async function headId(client: Client, head: string, name: string): Promise<string> {
  if (/^[1-9]\d*$/.test(head)) return head;
  const { heads } = await client.json<{ heads: readonly { id: number; backbone: string }[] }>('/heads');
  const newest = heads.find(({ backbone }) => backbone === head);
  if (newest) return String(newest.id);
  throw new PixkinError('usage', `${name} must be the number of a head, or the name of its run; got ${head}`, {
    hint: 'indexer heads list tells them',
  });
}
