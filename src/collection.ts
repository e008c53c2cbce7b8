/**
 * The heart: everything that is known of the pictures in one data folder. It names no adapter; `open.ts` hands them in.
 */
import { isDeepStrictEqual } from 'node:util';
import { createAllowed } from './allowed.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { ImageRow } from './catalog/tables/images.ts';
import { classFilter } from './class-query.ts';
import { type Classifiers, classifyWith } from './classifiers.ts';
import { PixkinError } from './errors.ts';
import { forgetSome } from './forget.ts';
import { createHeads, type HeadsOptions } from './heads.ts';
import { createIngest } from './ingest.ts';
import { createJobs } from './jobs.ts';
import { labelFilter } from './label-query.ts';
import { lookAtFolders } from './labels/folders.ts';
import { createLabels } from './labels.ts';
import { fileOf, resolveQuery, sourceOf } from './query.ts';
import { findResults, imageRecord } from './results.ts';
import type { Spaces, SpacesJob } from './spaces.ts';
import { statusOf } from './status.ts';
import type { Thumbnails } from './thumbnails.ts';
import type { Collection, DeviceReport, ImageId, KnownFile, Outcome, RebuildOptions } from './types.ts';

export interface CollectionParts {
  readonly catalog: Catalog;
  readonly spaces: Spaces;
  /** Networks beside the collection's own. */
  readonly classifiers: Classifiers;
  readonly thumbnails: Thumbnails;
  /** How long a content without an image in results is kept, in milliseconds. */
  readonly graceMs: number;
  /** Pictures get their labels from the folders that they lie in; absent: they do not. */
  readonly labelsFromFolders?: boolean;
  /** How heads are trained; absent: nothing is kept of an unfinished training. */
  readonly heads?: HeadsOptions;
  /** Called last of all when the collection closes. */
  readonly onClose?: () => void;
}

/** Paths of one transaction: a large removal must not hold the event loop. */
const forgetAtOnce = 500;
const purgeAtOnce = 100;
const purgeEveryMs = 3_600_000;

export function createCollection(parts: CollectionParts): Collection {
  const { catalog, spaces, classifiers, thumbnails, graceMs, labelsFromFolders = false, onClose } = parts;
  const jobs = createJobs();
  const record = (row: ImageRow) => imageRecord(row, spaces.current().classes);
  const heads = createHeads(catalog, spaces, jobs, record, parts.heads ?? { folder: null });
  const listeners = new Set<(outcome: Outcome) => void>();
  const { ingest, inferences } = createIngest(catalog, spaces, { labelsFromFolders, predict: heads.predict });
  const allowed = createAllowed(catalog);
  let device: DeviceReport | null = null;
  let closing: Promise<void> | null = null;
  let rebuilding: RebuildOptions | null = null;

  const emit = (outcome: Outcome): Outcome => {
    for (const listener of listeners) listener(outcome);
    return outcome;
  };
  const open = (): void => {
    if (closing) throw new PixkinError('closed', 'the collection is closed');
  };
  const imageById = (id: ImageId) => catalog.images.find({ id });

  const purge = async (): Promise<void> => {
    const time = Date.now() - graceMs;
    while (!closing) {
      const purged = catalog.purge(time, purgeAtOnce);
      if (purged.length === 0) return;
      const remove = purged.map(({ id }) => id);
      await Promise.all(
        spaces.opened().map((s) => s.vectors.apply({ add: [], remove, revision: s.embeddings.revision() })),
      );
      await Promise.all(purged.map(({ sha256 }) => thumbnails.forget(sha256)));
    }
  };
  // What could not be purged (a full disk) is tried again the next time.
  const purgeSoon = (): void => void purge().catch(() => {});
  const purging = setInterval(purgeSoon, purgeEveryMs).unref();
  purgeSoon();

  const collection: Collection = {
    roots: {
      ...catalog.roots,
      remove(name) {
        const labelled = labelsFromFolders ? catalog.labels.fromRoot(name) : [];
        catalog.roots.remove(name);
        catalog.transaction(() => lookAtFolders(catalog, labelled));
      },
    },
    labels: createLabels(catalog, (content) => catalog.images.ofContent(content).map(record)),
    heads: heads.heads,
    jobs,
    async ready() {
      device = await spaces.use((space) => space.workers.ready());
      return device;
    },
    known(root) {
      const { id } = catalog.roots.locate(root);
      const files: Map<string, KnownFile> = catalog.images.known(id);
      // What the current space lacks, after a rollback that was broken off, is looked at as if it had changed: NaN equals nothing.
      for (const path of spaces.current().embeddings.lackingPaths(id)) {
        const file = files.get(path);
        if (file) files.set(path, { ...file, mtimeMs: Number.NaN });
      }
      for (const [path, file] of catalog.failures.known(id)) files.set(path, file);
      return files;
    },
    async ingest(file, o) {
      open();
      return emit(await ingest(file, o));
    },
    async forget(root, paths) {
      open();
      const outcomes: Outcome[] = [];
      for (let at = 0; at < paths.length; at += forgetAtOnce) {
        if (at > 0) await new Promise(setImmediate);
        const some = forgetSome(catalog, root, paths.slice(at, at + forgetAtOnce), { labelsFromFolders });
        for (const outcome of some) outcomes.push(emit(outcome));
      }
      return outcomes;
    },
    async search(query, o = {}) {
      open();
      const start = performance.now();
      const search = spaces.use(async (space) => {
        const resolved = await resolveQuery(catalog, space, query, o.signal);
        const searching = performance.now();
        const page = await findResults(catalog, space, resolved, o, allowed(space, o));
        const end = performance.now();
        const { image } = resolved;
        return {
          query: image && { root: image.root, image: image.image, id: image.id },
          space: space.id,
          tookMs: end - start,
          timings: { embed: resolved.embedMs, search: end - searching },
          ...page,
        };
      }, o.space);
      return search.catch((error: unknown) => {
        throw 'vector' in query ? asOtherSpace(error) : error;
      });
    },
    async classify(query, o = {}) {
      open();
      if (o.backbone !== undefined && o.head !== undefined) {
        throw new PixkinError(
          'invalid_request',
          `head and backbone exclude each other; got ${o.head} and ${o.backbone}`,
        );
      }
      const said = o.backbone === undefined ? await heads.classify(query, o) : null;
      return said ?? classifyWith({ spaces, classifiers }, sourceOf(catalog, query), { ...o, crop: query.crop });
    },
    image: (address) => record(catalog.images.find(address)),
    images({ after = 0, limit = 100, root, classes, labels } = {}) {
      if (root !== undefined) catalog.roots.locate(root);
      const rows = catalog.images.page({
        ...{ after, limit: limit + 1 },
        ...(root !== undefined && { root }),
        classes: classes && classFilter(spaces.current(), classes),
        labels: labels && labelFilter(catalog, labels),
      });
      const images = rows.slice(0, limit).map(record);
      return { images, next: rows.length > limit ? images.at(-1)!.id : null };
    },
    file: (id) => fileOf(catalog, imageById(id)).path,
    embedding(id) {
      const { contentId, image } = imageById(id);
      const found = spaces.current().embeddings.get(contentId);
      if (found) return found;
      throw new PixkinError('other_space', `"${image}" has no embedding in the current space`, {
        hint: 'indexer rebuild embeds what it lacks',
      });
    },
    thumbnail(id, edge) {
      open();
      const image = imageById(id);
      return thumbnails.get(image.content, edge, () =>
        spaces.use((space) => space.workers.thumbnail(fileOf(catalog, image), edge)),
      );
    },
    failures: () => catalog.failures.list(),
    rebuild(o) {
      open();
      const running = jobs.list().find((job) => job.kind === 'rebuild' && job.state === 'running');
      // The same command again, after a kill of the one that began it: that job goes on.
      if (running && isDeepStrictEqual(rebuilding, o)) return running;
      if (running) throw new PixkinError('busy', `a rebuild is running already, as job ${running.id}`);
      rebuilding = o;
      return jobs.start('rebuild', (control) => {
        const completed = () => heads.follow(control, { moved: isMove(o) });
        return startRebuild(spaces, { control, refresh: collection.ingest, predict: heads.predict, completed }, o);
      });
    },
    spaces: () => spaces.list(),
    async dropSpace(asked) {
      open();
      return spaces.drop(asked);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    status: () =>
      statusOf(catalog, spaces.current(), {
        device,
        labelsFromFolders,
        inferences: inferences(),
        head: heads.status(),
      }),
    flush: () => spaces.use((space) => space.vectors.flush()),
    close() {
      closing ??= (async () => {
        clearInterval(purging);
        try {
          await jobs.close();
          await heads.close();
          await Promise.all([spaces.close(), classifiers.close()]);
        } finally {
          catalog.close();
          onClose?.();
        }
      })();
      return closing;
    },
  };
  return collection;
}

function startRebuild(spaces: Spaces, job: SpacesJob, o: RebuildOptions): Promise<unknown> {
  const { fromCache, rollback = false, dropOld = false, dryRun = false, ...choice } = o;
  if (dryRun) return spaces.plan(job, rollback ? 'previous' : choice);
  if (rollback) return spaces.rollback(job);
  return isMove(o) ? spaces.moveTo(job, choice, { dropOld }) : spaces.rebuild(job, fromCache);
}

/** Whether it goes to a network that is named. */
const isMove = ({ backbone, pooling, cut, project }: RebuildOptions): boolean =>
  [backbone, pooling, cut, project].some((part) => part !== undefined);

/** Numbers of a space that is not there any more are like those of any other space: they cannot be compared. */
function asOtherSpace(error: unknown): unknown {
  if (!(error instanceof PixkinError) || error.code !== 'space_not_found') return error;
  const { message, hint, cause } = error;
  return new PixkinError('other_space', message, { ...(hint !== undefined && { hint }), cause });
}
