/**
 * From a configuration to an open collection: the lock first, then the catalog, then the adapters. Besides the worker processes
 * this is the only file that names them.
 */
import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openCatalog } from './catalog/catalog.ts';
import { createCollection } from './collection.ts';
import type { Config } from './config.ts';
import { PixkinError } from './errors.ts';
import { shippedModels } from './files.ts';
import { acquireLock, type Lock } from './lock.ts';
import { type Backbone, findBackbone } from './model/backbone.ts';
import { PREPROCESSING_VERSION, spaceOf } from './space.ts';
import { createSpaces, type Space } from './spaces.ts';
import { createThumbnails } from './thumbnails.ts';
import type { Collection } from './types.ts';

/** Where networks are looked for by name. */
export const modelFolders: readonly string[] = [shippedModels];

/** The network of a collection that has none yet. */
export const defaultBackbone = 'efficientnet-lite0';

export interface OpenOptions {
  readonly config: Config;
  /** The environment of worker processes. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: Readonly<Record<'debug' | 'info' | 'warn', (message: string, fields?: object) => void>>;
}

export interface OpenedCollection {
  readonly collection: Collection;
  /** Lets other processes' commands find this one. */
  readonly announce: Lock['announce'];
}

/**
 * @throws PixkinError `data_unwritable`, `collection_locked`, `catalog_too_new`, `catalog_damaged`, `backbone_not_found`,
 *   `backbone_invalid`, `other_space` (the collection was made with another network)
 */
export async function openCollection({ config, env, log }: OpenOptions): Promise<OpenedCollection> {
  const { data } = config;
  const lock = lockFolder(data);
  try {
    const catalog = openCatalog(join(data, 'catalog.db'));
    try {
      const openSpace = async (backbone: Backbone): Promise<Space> => {
        const id = spaceOf(backbone);
        const { name, output } = backbone.manifest;
        // A shipped one by its name: pixkin may be installed elsewhere tomorrow.
        const folder = dirname(backbone.folder) === shippedModels ? basename(backbone.folder) : backbone.folder;
        const row = catalog.spaces.put({ fingerprint: id, backbone: name, folder, dim: output.dim });
        const embeddings = catalog.embeddings(row);
        const [{ createWorkers }, { openSpaceVectors }] = await Promise.all([
          import('./workers/pool.ts'),
          import('./vectors/open.ts'),
        ]);
        const vectors = await openSpaceVectors({
          source: embeddings,
          folder: join(data, 'index'),
          log: log.info,
        });
        const workers = createWorkers({
          backbone: backbone.folder,
          device: config.device,
          size: config.workers,
          timeLimitMs: config.time_limit,
          env,
          log,
        });
        const provenance = `pixkin preprocessing ${PREPROCESSING_VERSION}`;
        return { id, backbone: name, dim: output.dim, provenance, workers, embeddings, vectors };
      };

      const backbone = await chosenBackbone(catalog.meta.get('space'), catalog, config.backbone);
      const space = await openSpace(backbone);
      catalog.meta.set('space', space.id);
      const spaces = createSpaces(catalog, space, async (name, current) => {
        const found = await findBackbone(name, modelFolders);
        return spaceOf(found) === current ? null : openSpace(found);
      });
      const collection = createCollection({
        catalog,
        spaces,
        thumbnails: createThumbnails(join(data, 'thumbnails')),
        graceMs: config.grace,
        onClose: lock.release,
      });
      return { collection, announce: lock.announce };
    } catch (error) {
      catalog.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The network that is asked for, else the one that the collection has, else the shipped one. */
async function chosenBackbone(
  current: string | undefined,
  catalog: ReturnType<typeof openCatalog>,
  asked: string | undefined,
): Promise<Backbone> {
  const row = current === undefined ? undefined : catalog.spaces.find(current);
  const backbone = await findBackbone(asked ?? row?.folder ?? defaultBackbone, modelFolders);
  const id = spaceOf(backbone);
  if (!row || row.fingerprint === id || catalog.contents.count() === 0) return backbone;
  const { name } = backbone.manifest;
  throw new PixkinError(
    'other_space',
    `the collection has space ${row.fingerprint} (${row.backbone}); backbone ${name} gives space ${id}`,
    { hint: `indexer rebuild --backbone ${asked ?? row.folder} moves the collection to it` },
  );
}

function lockFolder(data: string): Lock {
  let lock: Lock | null;
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    lock = acquireLock(data);
  } catch (error) {
    throw new PixkinError('data_unwritable', `the data folder ${data} cannot be written: ${(error as Error).message}`, {
      hint: 'choose another with --data or PIXKIN_DATA',
      cause: error,
    });
  }
  if (lock) return lock;
  throw new PixkinError('collection_locked', `another process holds the collection in ${data}`);
}
