import { join } from 'node:path';
import type { ImageAnswer, StatusAnswer } from '../../server/schemas.ts';
import { temporaryFolder } from './folder.ts';
import { type Served, startSwept } from './indexer.ts';
import { copyInto, photographs } from './pictures.ts';
import { until } from './until.ts';

/** A server over a folder `photos` of some photographs; `more` are others, that are not in it. */
export async function serveSome(count: number, more = 0) {
  const place = temporaryFolder();
  const photos = join(place, 'photos');
  const data = join(place, 'data');
  const files = photographs(count + more);
  const names = copyInto(photos, files.slice(0, count));
  const served = await startSwept([photos], data);
  return { ...served, place, photos, data, names, more: files.slice(count) };
}

/** Waits until nothing is left to do, and says how things stand. */
export async function idle({ api }: Served): Promise<StatusAnswer> {
  return until('nothing is left to do', async () => {
    const status = await api.status();
    return status.pending === 0 && status.index.hnsw === 'ready' ? status : null;
  });
}

/** Ids by path. */
export const idsByName = (images: readonly ImageAnswer[]) =>
  Object.fromEntries(images.map(({ image, id }) => [image, id]));
export const idsOf = (images: readonly ImageAnswer[]) => images.map(({ id }) => id).sort((a, b) => a - b);
/** Whether a root is in a state. */
export const is = (name: string, state: string) => async (served: Served) => {
  const { roots } = await served.api.status();
  return roots.some((root) => root.name === name && root.state === state);
};
