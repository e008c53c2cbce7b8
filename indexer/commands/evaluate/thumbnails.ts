import { PixkinError, type ShownReport } from '../../../src/index.ts';
import type { Client } from '../../client.ts';
import type { Context } from '../../context.ts';

/** Pixels of the longer side, and where there are many pictures, so that the file stays one that a telephone opens. */
const [edge, smallEdge, many] = [256, 128, 400];
const atOnce = 4;

/** JPEGs of all pictures that the report shows; one that cannot be read is left out, and noted. */
export async function readThumbnails(
  { io, signal }: Context,
  client: Client,
  { mistakes, mislabelled, nextToLabel }: ShownReport,
): Promise<Map<number, Uint8Array>> {
  const ids = [...new Set([...mistakes, ...mislabelled, ...nextToLabel].map(({ image }) => image.id))];
  const size = ids.length > many ? smallEdge : edge;
  const read = new Map<number, Uint8Array>();
  const next = ids.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const id of next) {
        signal.throwIfAborted();
        const jpeg = await client.bytes(`/images/${id}/thumbnail?size=${size}`).catch(orNull);
        if (jpeg) read.set(id, jpeg);
      }
    }),
  );
  if (read.size < ids.length)
    io.note(`without a thumbnail, since they cannot be read: ${ids.length - read.size} pictures`);
  return read;
}

function orNull(error: unknown): null {
  if (error instanceof PixkinError && !['closed', 'cancelled', 'internal'].includes(error.code)) return null;
  throw error;
}
