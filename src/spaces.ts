/**
 * Which space is asked and filled. All that changes together when the network changes is one value, replaced in one assignment;
 * who began with the old one ends with it.
 */
import { join } from 'node:path';
import type { Catalog } from './catalog/catalog.ts';
import type { EmbeddingsTable } from './catalog/tables/spaces.ts';
import { PixkinError } from './errors.ts';
import { underWay } from './group.ts';
import type { ContentId, JobControl, SpaceId, SpaceVectors, Workers } from './types.ts';

/** One space with all that works in it. */
export interface Space {
  readonly id: SpaceId;
  /** Name of its network. */
  readonly backbone: string;
  /** Numbers in one embedding. */
  readonly dim: number;
  /** Versions of what computes it, kept beside each embedding. */
  readonly provenance: string;
  readonly workers: Workers;
  readonly embeddings: EmbeddingsTable;
  readonly vectors: SpaceVectors;
}

export interface Spaces {
  current(): Space;
  /** Runs `work` with the current space, which stays open until it ends, whatever is switched meanwhile. */
  use<T>(work: (space: Space) => Promise<T>): Promise<T>;
  /** Embeds what the current space lacks, then builds its index anew; `fromCache`: the index only. */
  rebuild(control: JobControl, fromCache: boolean): Promise<Rebuilt>;
  /** Fills the space of another network beside the current one, and switches when nothing is lacking. */
  moveTo(control: JobControl, backbone: string): Promise<Rebuilt>;
  close(): Promise<void>;
}

/** What a rebuild job ends with. */
export interface Rebuilt {
  readonly space: SpaceId;
  /** Pictures that went through the network. */
  readonly embedded: number;
  /** Vectors in its index. */
  readonly vectors: number;
}

/** @param open opens the space of a network, by its name or folder; null where that is the space `current` */
export function createSpaces(
  catalog: Catalog,
  first: Space,
  open: (backbone: string, current: SpaceId) => Promise<Space | null>,
): Spaces {
  let current = first;
  const uses = new Map<Space, number>();
  const retired = new Set<Space>();
  const shutting = new Set<Promise<void>>();
  let onIdle: (() => void) | undefined;

  const release = (space: Space): void => {
    const left = (uses.get(space) ?? 1) - 1;
    if (left > 0) uses.set(space, left);
    else uses.delete(space);
    if (left === 0 && retired.delete(space)) shutLater(space);
    if (uses.size === 0) onIdle?.();
  };
  const shutLater = (space: Space): void => {
    // Its files are derived: what could not be written is built again when it is opened.
    const shut = close(space).catch(() => {});
    shutting.add(shut);
    void shut.then(() => shutting.delete(shut));
  };
  const retire = (space: Space): void => {
    if (uses.has(space)) retired.add(space);
    else shutLater(space);
  };
  const switchTo = (target: Space): boolean => {
    const complete = catalog.transaction(() => {
      if (target.embeddings.lacking().length > 0) return false;
      catalog.meta.set('space', target.id);
      return true;
    });
    if (complete) current = target;
    return complete;
  };
  const use: Spaces['use'] = async (work) => {
    const space = current;
    uses.set(space, (uses.get(space) ?? 0) + 1);
    try {
      return await work(space);
    } finally {
      release(space);
    }
  };
  const rebuild: Spaces['rebuild'] = (control, fromCache) =>
    use(async (space) => {
      const embedded = fromCache ? 0 : await fill(catalog, space, control);
      await space.vectors.rebuild({ signal: control.signal, onProgress: control.progress });
      return { space: space.id, embedded, vectors: space.vectors.status().count };
    });

  return {
    current: () => current,
    use,
    rebuild,
    async moveTo(control, backbone) {
      const before = current;
      const target = await open(backbone, before.id);
      if (!target) return rebuild(control, false);
      try {
        await target.workers.ready();
        // What arrives while this runs goes to the old space: fill again until nothing is lacking.
        let embedded = await fill(catalog, target, control);
        while (!switchTo(target)) embedded += await fill(catalog, target, control);
        return { space: target.id, embedded, vectors: target.vectors.status().count };
      } finally {
        retire(current === target ? before : target);
      }
    },
    async close() {
      // What waits for a worker ends with an error; what is past that still ends as it began, before the catalog closes under it.
      await Promise.all([current, ...retired].map((space) => space.workers.close()));
      if (uses.size > 0) {
        await new Promise<void>((resolve) => {
          onIdle = resolve;
        });
      }
      await Promise.all([close(current), ...shutting]);
    },
  };
}

async function close(space: Space): Promise<void> {
  await Promise.all([space.workers.close(), space.vectors.close()]);
}

/** Embeds every picture in results that a space lacks; how many they were. Each is committed by itself: a kill loses none. */
async function fill(catalog: Catalog, space: Space, control: JobControl): Promise<number> {
  const lacking = space.embeddings.lacking();
  const failures: string[] = [];
  let [next, done] = [0, 0];
  control.progress(0, lacking.length);
  const one = async (content: ContentId): Promise<void> => {
    const images = catalog.images.ofContent(content);
    let failure: string | undefined;
    // Any of its files will do. Where there is none, its last image left the results meanwhile.
    for (const { root, image, offline, content: sha256 } of images) {
      try {
        if (offline) throw new PixkinError('root_offline', 'its root is offline');
        const path = join(catalog.roots.locate(root).path, image);
        const embedded = await space.workers.embed({ path }, { priority: 'bulk', signal: control.signal });
        if (embedded.sha256 !== sha256)
          throw new PixkinError('unreadable', 'the file has changed since it was indexed');
        await keep(content, embedded.vector);
        return;
      } catch (error) {
        if (control.signal.aborted) throw error;
        failure ??= `${root}: ${image}: ${(error as Error).message}`;
      }
    }
    if (failure !== undefined) failures.push(failure);
  };
  const keep = async (content: ContentId, vector: Float32Array): Promise<void> => {
    // A file that arrived meanwhile may have brought it.
    const added = catalog.transaction(() =>
      space.embeddings.has(content) ? null : space.embeddings.insert(content, vector, space.provenance),
    );
    if (!added) return;
    const { embedding, revision } = added;
    await space.vectors.apply({ add: [{ content, vector: embedding.vector }], remove: [], revision });
  };
  const lane = async (): Promise<void> => {
    for (let i = next++; i < lacking.length && !control.signal.aborted; i = next++) {
      await one(lacking[i]!);
      control.progress(++done, lacking.length);
    }
  };
  await Promise.all(Array.from({ length: underWay(space.workers.stats().size) }, lane));
  control.signal.throwIfAborted();
  if (failures.length > 0) {
    const shown = failures.slice(0, 3).join('; ');
    throw new PixkinError(
      'rebuild_incomplete',
      `${failures.length} of ${lacking.length} pictures could not be embedded: ${shown}`,
      {
        hint: 'what was embedded is kept: bring those pictures back, or let a sweep take them out, and rebuild again',
      },
    );
  }
  return lacking.length;
}
