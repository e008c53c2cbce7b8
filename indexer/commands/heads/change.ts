import type { Context } from '../../context.ts';
import { ask, at } from './ask.ts';
import { describeUse, type Head, type HeadLine, type HeadStatus } from './head.ts';

/** Predicts with another head. */
export function use(context: Context, [id]: string[]): Promise<number> {
  const { io } = context;
  return ask(context, async (client) => {
    const head = await client.send<Head>('PATCH', await at(client, id!), { in_use: true });
    io.json({ type: 'head_in_use', id: head.id });
    io.text(`head ${head.id}, ${describeUse(head, await client.json<HeadStatus>('/status'))}`);
    return 0;
  });
}

/** Predicts nothing. */
export function none(context: Context): Promise<number> {
  const { io } = context;
  return ask(context, async (client) => {
    const { heads } = await client.json<{ heads: HeadLine[] }>('/heads');
    const used = heads.find(({ in_use }) => in_use);
    if (used) await client.send('PATCH', await at(client, String(used.id)), { in_use: false });
    io.json({ type: 'head_in_use', id: null });
    io.text(used ? `head ${used.id} is not in use any more: nothing is predicted` : 'no head was in use');
    return 0;
  });
}

export function remove(context: Context, ids: string[]): Promise<number> {
  const { io } = context;
  return ask(context, async (client) => {
    for (const id of ids) {
      const head = await client.json<HeadLine>(await at(client, id), { method: 'DELETE' });
      io.json({ type: 'head_deleted', ...head });
      io.text(`head ${head.id} is gone${head.in_use ? ': it was in use, so nothing is predicted any more' : ''}`);
    }
    return 0;
  });
}
