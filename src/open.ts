/**
 * From a configuration to an open collection: the lock first, then the catalog, then the adapters. Besides the worker processes
 * this is the only file that names them.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Catalog, openCatalog } from './catalog/catalog.ts';
import { createClassifiers, type FoundClassifier } from './classifiers.ts';
import { createCollection } from './collection.ts';
import type { Config } from './config.ts';
import { PixkinError, toPixkinError } from './errors.ts';
import { shippedModels } from './files.ts';
import type { Tuner } from './heads/tuning.ts';
import { labelFromFolders } from './labels/folders.ts';
import { acquireLock, type Lock } from './lock.ts';
import { readClassNames } from './model/classes.ts';
import { modelFoldersOf } from './model/store.ts';
import {
  type ChosenNetwork,
  choiceOf,
  chooseNetwork,
  createNetworks,
  isNetworkOf,
  outputOf,
  requireSpace,
} from './networks.ts';
import { openClasses } from './open-classes.ts';
import { PREPROCESSING_VERSION } from './space.ts';
import { projectedParts } from './spaces/projected.ts';
import { createSpaces, type Space } from './spaces.ts';
import { createThumbnails } from './thumbnails.ts';
import { tuneNetwork } from './tuning/index.ts';
import type { Collection, Workers } from './types.ts';

/** Kept beside each embedding. */
const provenance = `pixkin preprocessing ${PREPROCESSING_VERSION}`;

/** Where networks are looked for by name; a collection may have more. */
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
      const openWorkers = async (network: ChosenNetwork, { classes = false, keep = true } = {}): Promise<Workers> => {
        const { createWorkers } = await import('./workers/pool.ts');
        return createWorkers({
          backbone: network.backbone.folder,
          output: outputOf(network),
          compiled: keep ? join(data, 'compiled', network.row.fingerprint) : undefined,
          classes,
          runtime: config.runtime,
          device: config.device,
          size: config.workers,
          timeLimitMs: config.time_limit,
          env,
          log,
        });
      };
      const openSpace = async (network: ChosenNetwork, absent?: PixkinError): Promise<Space> => {
        const row = catalog.spaces.put(network.row);
        const embeddings = catalog.embeddings(row);
        const wanted = { catalog, row, network: absent ? null : network, wanted: config.classify, log };
        const classes = await openClasses(wanted);
        const [{ openSpaceVectors }, pool] = await Promise.all([
          import('./vectors/open.ts'),
          openWorkers(network, { classes: classes.storesClasses }),
        ]);
        const vectors = await openSpaceVectors({
          source: embeddings,
          folder: join(data, 'index'),
          log: log.info,
        });
        const workers = absent ? withoutNetwork(pool, absent) : pool;
        const { fingerprint: id, backbone, dim } = row;
        const parts = projectedParts(catalog, row, workers, classes.classes);
        return { id, backbone, dim, provenance, embeddings, vectors, ...classes, ...parts };
      };
      /** What is compiled for a network that has no space here would never be removed. */
      const isKept = ({ row }: ChosenNetwork): boolean => catalog.spaces.find(row.fingerprint) !== undefined;
      const findClassifier = async (name: string): Promise<FoundClassifier> => {
        const network = await chooseNetwork({ backbone: name }, folders);
        const { backbone, row } = network;
        return {
          space: row.fingerprint,
          open: async () => ({
            backbone: row.backbone,
            names: await readClassNames(backbone),
            workers: await openWorkers(network, { keep: isKept(network) }),
          }),
        };
      };

      const folders = modelFoldersOf(data);
      const first = await firstNetwork(catalog, config, folders);
      if (first.absent) log.warn(first.absent.message);
      const space = await openSpace(first.network, first.absent);
      catalog.meta.set('space', space.id);
      if (config.labels_from === 'folders') await labelFromFolders(catalog);
      else if (catalog.meta.get('labels_from') !== undefined) catalog.meta.set('labels_from', null);
      const tuner: Tuner = {
        data,
        tune: (task, control) => tuneNetwork(task, { ...control, limits: { seconds: config.time_limit / 1000 } }),
        rowOf: async (backbone) => (await chooseNetwork({ backbone }, folders)).row,
      };
      const collection = createCollection({
        catalog,
        spaces: createSpaces(
          catalog,
          space,
          createNetworks(data, folders, {
            space: (network) => openSpace(network),
            workers: (network) => openWorkers(network, { keep: isKept(network) }),
          }),
        ),
        classifiers: createClassifiers(findClassifier),
        thumbnails: createThumbnails(join(data, 'thumbnails')),
        graceMs: config.grace,
        labelsFromFolders: config.labels_from === 'folders',
        heads: { folder: join(data, 'training'), env, tuner },
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

/**
 * The network that is asked for, else the one that the collection has, else the shipped one.
 * @returns `absent`: why the collection's own network cannot run; what it embedded can still be searched, and moved to another
 */
async function firstNetwork(
  catalog: Catalog,
  { backbone: asked, pooling, cut }: Pick<Config, 'backbone' | 'pooling' | 'cut'>,
  folders: readonly string[],
): Promise<{ network: ChosenNetwork; absent?: PixkinError }> {
  const output = { ...(pooling !== undefined && { pooling }), ...(cut !== undefined && { cut }) };
  const choose = (choice: Parameters<typeof chooseNetwork>[0]) => chooseNetwork(choice, folders);
  const row = catalog.spaces.find(catalog.meta.get('space') ?? '');
  if (!row || catalog.contents.count() === 0) {
    return { network: await choose({ backbone: asked ?? defaultBackbone, ...output }) };
  }
  const own = choiceOf(row);
  if (asked === undefined && pooling === undefined && cut === undefined) {
    try {
      return { network: requireSpace(row, await choose(own)) };
    } catch (error) {
      const { code, message } = toPixkinError(error);
      const absent = new PixkinError(code, `the network of the collection cannot run: ${message}`, {
        hint: 'put its files back, or move to another with indexer rebuild --backbone',
        cause: error,
      });
      return { network: { ...(await choose({ backbone: defaultBackbone })), row }, absent };
    }
  }
  // Its name is enough: the collection knows how its network is cut and pooled.
  const name = asked ?? own.backbone;
  const network = await choose({ ...own, backbone: name, ...output }).catch(() =>
    choose({ backbone: name, ...output }),
  );
  if (isNetworkOf(row, network)) return { network: requireSpace(row, network) };
  const { fingerprint, backbone } = network.row;
  throw new PixkinError(
    'other_space',
    `the collection has space ${row.fingerprint} (${row.backbone}); backbone ${backbone} gives space ${fingerprint}`,
    { hint: `indexer rebuild --backbone ${name} moves the collection to it` },
  );
}

/** Everything but the network. */
function withoutNetwork(workers: Workers, why: PixkinError): Workers {
  const refuse = (): Promise<never> => Promise.reject(why);
  return { ...workers, ready: refuse, embed: refuse, classify: refuse };
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
