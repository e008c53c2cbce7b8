/**
 * A projection of a network's vectors, fitted on the library itself: a space of its own, beside that of the network.
 */
import { join } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import { type SpaceRow, unit } from '../catalog/tables/spaces.ts';
import { isFailureReason, PixkinError } from '../errors.ts';
import { underWay } from '../group.ts';
import { type Fitting, startFitting } from '../projection/fit.ts';
import { leastForEach, projectedSpace } from '../projection/projection.ts';
import type { ContentId, JobControl, NetworkChoice } from '../types.ts';
import { spread } from './measure.ts';
import type { FoundNetwork, Networks } from './space.ts';

/** Pictures beyond which more change nothing, and numbers of all of them together: 256 MB. */
const enough = { pictures: 4096, numbers: 2 ** 26 };

/** The network that is to be projected, and the space of such a projection where there is one already. */
export interface ProjectionPlan {
  readonly base: FoundNetwork;
  readonly project: number;
  readonly fitted: SpaceRow | undefined;
}

/** @throws PixkinError `invalid_request` where the network gives too few numbers, or the library has too few pictures */
export async function planProjection(
  catalog: Catalog,
  networks: Networks,
  { project, ...network }: NetworkChoice & { project: number },
  current: SpaceRow,
): Promise<ProjectionPlan> {
  const base = await networks.find(network, current);
  const { fingerprint, backbone, dim } = base.row;
  const fitted = catalog.spaces.list().find((row) => row.base === fingerprint && row.dim === project);
  if (fitted) return { base, project, fitted };
  if (project >= dim) {
    throw new PixkinError(
      'invalid_request',
      `project must be less than the ${dim} numbers of ${backbone}; got ${project}`,
    );
  }
  const pictures = catalog.contents.countUsed();
  if (pictures >= leastForEach * project) return { base, project, fitted };
  throw new PixkinError(
    'invalid_request',
    `project must be at most ${Math.floor(pictures / leastForEach)}, a quarter of the ${pictures} pictures that it is fitted on; got ${project}`,
  );
}

/**
 * Fits it, in a child process, and remembers it.
 * @returns `embedded`: pictures that went through the network for that; they are in the new space already
 */
export async function fitProjection(
  catalog: Catalog,
  { base, project }: ProjectionPlan,
  control: JobControl,
  provenance: string,
): Promise<{ row: SpaceRow; embedded: number }> {
  const { fingerprint, backbone, dim } = base.row;
  const least = leastForEach * project;
  const most = Math.max(least, Math.min(enough.pictures, Math.floor(enough.numbers / dim)));
  const fitting = startFitting({ dim, components: project, most });
  const stop = (): void => fitting.stop();
  control.signal.addEventListener('abort', stop, { once: true });
  try {
    const stored = catalog.spaces.find(fingerprint);
    const known = stored ? catalog.embeddings(stored).contents() : [];
    const isStored = known.length >= least;
    const contents =
      stored && isStored
        ? await addStored(catalog, stored, fitting, spread(known, most), control)
        : await addFresh(catalog, base, fitting, most, control);
    if (contents.length < least) {
      const message = `a projection to ${project} numbers is fitted on at least ${least} pictures; ${contents.length} could be read`;
      throw new PixkinError('rebuild_incomplete', message);
    }
    const { explained, projected, ...projection } = await fitting.finish();
    control.note(
      `${project} numbers keep ${Math.round(100 * explained)} % of the variance of the ${dim} of ${backbone}, on ${contents.length} pictures`,
    );
    const row = { ...base.row, fingerprint: projectedSpace(fingerprint, projection), dim: project, base: fingerprint };
    return catalog.transaction(() => {
      const made = catalog.spaces.put(row);
      catalog.projections.insert(made, { ...projection, fitted: contents.length });
      if (isStored) return { row: made, embedded: 0 };
      const embeddings = catalog.embeddings(made);
      for (const [i, content] of contents.entries()) {
        const raw = projected.subarray(i * project, (i + 1) * project);
        if (raw.some((x) => x !== 0)) embeddings.insert(content, raw, provenance);
      }
      return { row: made, embedded: contents.length };
    });
  } catch (error) {
    control.signal.throwIfAborted();
    throw error;
  } finally {
    control.signal.removeEventListener('abort', stop);
    fitting.stop();
  }
}

/** From the space of the network, without it. */
async function addStored(
  catalog: Catalog,
  row: SpaceRow,
  fitting: Fitting,
  contents: readonly ContentId[],
  { signal, progress }: JobControl,
): Promise<ContentId[]> {
  const embeddings = catalog.embeddings(row);
  const added: ContentId[] = [];
  for (const [i, content] of contents.entries()) {
    const found = embeddings.get(content);
    if (found) {
      await fitting.add(found.vector);
      added.push(content);
    }
    if (i % 64 !== 0) continue;
    progress(i, contents.length);
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
  return added;
}

/** Through the network: there is no space of it, and its vectors may be too long to be kept. */
async function addFresh(
  catalog: Catalog,
  base: FoundNetwork,
  fitting: Fitting,
  most: number,
  { signal, progress }: JobControl,
): Promise<ContentId[]> {
  // All of the library: 0 is nobody's number, so such a space lacks everything.
  const contents = spread(catalog.embeddings({ ...base.row, id: 0 }).lacking(), most);
  const workers = await base.workers();
  const added: ContentId[] = [];
  let [next, done] = [0, 0];
  const lane = async (): Promise<void> => {
    for (let i = next++; i < contents.length; i = next++) {
      signal.throwIfAborted();
      const image = catalog.images.ofContent(contents[i]!).find(({ offline }) => !offline);
      const path = image && join(catalog.roots.locate(image.root).path, image.image);
      const found = path && (await workers.embed({ path }, { priority: 'bulk', signal }).catch(ofPicture));
      if (found && found.sha256 === image.content && isDirection(found.vector)) {
        added.push(contents[i]!);
        await fitting.add(unit(found.vector).vector);
      }
      progress(++done, contents.length);
    }
  };
  try {
    await workers.ready();
    await Promise.all(Array.from({ length: underWay(workers.stats().size) }, lane));
    return added;
  } finally {
    await workers.close();
  }
}

/** A picture that cannot be embedded is left out; whatever is wrong with the network is not. */
function ofPicture(error: unknown): undefined {
  if (!(error instanceof PixkinError) || !isFailureReason(error.code)) throw error;
}

function isDirection(vector: Float32Array): boolean {
  return vector.some((x) => x !== 0) && vector.every(Number.isFinite);
}
