import { withClient } from '../client.ts';
import type { Context } from '../context.ts';
import { followJob } from '../job.ts';

/** Embeds what the current space lacks and builds its index anew; with a backbone of another space, moves to that. */
export function rebuild(context: Context, o: { fromCache: boolean; backbone?: string }): Promise<number> {
  const { config, io } = context;
  return withClient(
    // The collection opens in the space that it has; the network that is asked for is where it goes.
    { ...context, config: { ...config, backbone: undefined } },
    async (client) => {
      const request = {
        kind: 'rebuild',
        from_cache: o.fromCache,
        ...(o.backbone !== undefined && { backbone: o.backbone }),
      };
      const job = await client.post<{ id: string }>('/jobs', request);
      const result = (await followJob(context, client, job.id)) as { space: string; embedded: number; vectors: number };
      io.json({ type: 'rebuilt', ...result });
      io.text(`space ${result.space}: ${result.embedded} pictures embedded, ${result.vectors} vectors in the index`);
      return 0;
    },
    { listen: true },
  );
}
