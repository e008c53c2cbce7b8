/**
 * A collection and a follower of a few images, without a catalog, a network or a disk. Whatever a test needs otherwise it hands in.
 */
import { type Access, type App, type AppOptions, createApp } from '../../server/app.ts';
import {
  type ClassifyOptions,
  type Collection,
  type Follower,
  type Heads,
  type ImageRecord,
  type Labels,
  type Outcome,
  type PictureQuery,
  PixkinError,
  type Query,
  type RootRecord,
  type SearchOptions,
  type SearchResult,
} from '../../src/index.ts';
import { createJobs } from '../../src/jobs.ts';
import { createFakeHeads } from './fake-heads.ts';
import { createFakeLabels } from './fake-labels.ts';
import { spaces } from './fake-spaces.ts';

export const sha = (n: number): string => n.toString(16).padStart(64, '0');

export function image(id: number, o: Partial<ImageRecord> = {}): ImageRecord {
  const facts = {
    bytes: 1000 + id,
    kind: 'jpeg' as const,
    width: 800,
    height: 600,
    takenAt: null,
    phash: '0'.repeat(16),
  };
  const state = { offline: false, label: null, prediction: null };
  return { id, root: 'photos', image: `tiger${id}.jpg`, content: sha(id), ...facts, ...state, ...o };
}

export interface Fake {
  readonly collection: Collection;
  readonly follower: Follower;
  /** What was searched for. */
  readonly searches: { query: Query; options: SearchOptions }[];
  /** What was classified. */
  readonly classified: { query: PictureQuery; options: ClassifyOptions }[];
  /** What was asked of the labels. */
  readonly relabelled: unknown[][];
  /** What was asked of the heads. */
  readonly headed: unknown[][];
  /** What the follower was told. */
  readonly told: unknown[][];
  emit(outcome: Outcome): void;
}

export interface FakeOptions {
  readonly images?: readonly ImageRecord[];
  readonly roots?: readonly RootRecord[];
  /** Paths that are on the disk, not indexed. */
  readonly pending?: readonly string[];
  readonly collection?: Partial<Collection>;
  readonly labels?: Partial<Labels>;
  readonly heads?: Partial<Heads>;
  readonly follower?: Partial<Follower>;
}

export const photos: RootRecord = { name: 'photos', path: '/srv/secret/photos', state: 'online', images: 3, held: 0 };

export function createFake(o: FakeOptions = {}): Fake {
  const images = o.images ?? [image(1), image(2), image(3)];
  let roots = [...(o.roots ?? [photos])];
  const jobs = createJobs();
  const searches: Fake['searches'] = [];
  const classified: Fake['classified'] = [];
  const told: unknown[][] = [];
  const relabelled: unknown[][] = [];
  const headed: unknown[][] = [];
  const listeners = new Set<(outcome: Outcome) => void>();

  const rootNamed = (name: string): RootRecord => {
    const root = roots.find((r) => r.name === name);
    if (root) return root;
    throw new PixkinError('root_not_found', `no root is named "${name}"`);
  };
  const find: Collection['image'] = (address) => {
    const found = images.find((i) => ('id' in address ? i.id === address.id : i.image === address.image));
    if (found) return found;
    throw new PixkinError('image_not_found', `no image ${JSON.stringify(address)} is indexed`);
  };
  const search = async (query: Query, options: SearchOptions = {}): Promise<SearchResult> => {
    searches.push({ query, options });
    if ('positive' in query)
      for (const one of [...query.positive, ...query.negative]) if ('address' in one) find(one.address);
    const asked = 'address' in query ? find(query.address) : null;
    const { k = 10, offset = 0 } = options;
    const others = images.filter((i) => i !== asked);
    return {
      query: asked && { root: asked.root, image: asked.image, id: asked.id },
      space: '0123456789abcdef',
      tookMs: 2.34567,
      timings: { embed: 0, search: 0.9 },
      plan: { mode: 'exact', candidates: images.length },
      results: others.slice(offset, offset + k).map((i, n) => ({ ...i, score: 0.9 - n / 10 })),
      nextOffset: others.length > offset + k ? offset + k : null,
    };
  };
  const collection: Collection = {
    jobs,
    labels: createFakeLabels(find, relabelled, o.labels),
    heads: createFakeHeads(jobs, headed, o.heads),
    roots: {
      list: () => roots,
      get: rootNamed,
      add: (name, path) => {
        const root: RootRecord = { name, path, state: 'sweeping', images: 0, held: 0 };
        roots = [...roots, root];
        return root;
      },
      rename: (name, to) => ({ ...rootNamed(name), name: to }),
      relocate: (name, path) => ({ ...rootNamed(name), path }),
      remove: (name) => void rootNamed(name),
      setState: () => {},
    },
    ready: async () => ({ device: 'cpu', why: 'nothing else is there' }),
    known: () => new Map(),
    ingest: async ({ root, path }) => ({ type: 'unchanged', root, image: path }),
    forget: async () => [],
    search,
    async classify(query, options = {}) {
      classified.push({ query, options });
      if ('address' in query) find(query.address);
      const { backbone = 'tiny', head = null } = options;
      return { predictions: [{ label: 'tiger', p: 0.97, wnid: 'n02129604' }], backbone, head };
    },
    image: find,
    images({ after = 0, limit = 100, root } = {}) {
      if (root !== undefined) rootNamed(root);
      const rest = images.filter((i) => i.id > after);
      return { images: rest.slice(0, limit), next: rest.length > limit ? rest[limit - 1]!.id : null };
    },
    file: (id) => `${rootNamed(find({ id }).root).path}/${find({ id }).image}`,
    embedding: () => ({ vector: Float32Array.of(0.6, 0.8), length: 5 }),
    thumbnail: async (id, edge) => new TextEncoder().encode(`thumbnail ${id} ${edge}`),
    failures: () => [],
    rebuild: (options) => jobs.start('rebuild', async () => options),
    spaces: () => [...spaces],
    async dropSpace(asked) {
      const found = spaces.find((space) => space.id === asked);
      if (found) return found;
      throw new PixkinError('space_not_found', `space must be one that the collection has; got "${asked}"`);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    status: () => ({
      images: images.length,
      contents: images.length,
      quarantined: 1,
      inferences: 7,
      space: '0123456789abcdef',
      backbone: 'tiny',
      dim: 2,
      device: null,
      vectors: { count: images.length, revision: 5, hnsw: 'missing', hnswCount: 0 },
      classes: { stored: true, classified: 2, lacking: 1 },
      labels: { fromFolders: false, labelled: 2, conflicts: 1 },
      head: { id: 3, labels: 2, predicted: 1, unknown: 1 },
      workers: { size: 2, busy: 1, queued: 4, inferences: 7, crashes: 1 },
      roots,
    }),
    flush: async () => {},
    close: async () => {},
    ...o.collection,
  };
  const tell = <T>(answer: (...args: never[]) => T, name: string) =>
    ((...args: unknown[]) => {
      told.push([name, ...args]);
      return answer(...(args as never[]));
    }) as typeof answer;
  const follower: Follower = {
    add: tell(async (path: string, { name = 'new' }: { name?: string } = {}) => {
      return roots.find((r) => r.path === path) ?? collection.roots.add(name, path);
    }, 'add'),
    remove: tell(async (name: string) => void rootNamed(name), 'remove'),
    rename: tell(async (name: string, to: string) => collection.roots.rename(name, to), 'rename'),
    relocate: tell(async (name: string, path: string) => collection.roots.relocate(name, path), 'relocate'),
    sweep: tell((names?: readonly string[]) => jobs.start('index', async () => ({ names })), 'sweep'),
    confirm: tell((name: string) => {
      rootNamed(name);
      return jobs.start('index', async () => ({}));
    }, 'confirm'),
    progress: () => ({ pending: 12, rate: 80.5, secondsLeft: 3 }),
    isPending: async (path) => (o.pending ?? []).includes(path),
    close: async () => {},
    ...o.follower,
  };
  const emit = (outcome: Outcome): void => {
    for (const listener of listeners) listener(outcome);
  };
  return { collection, follower, searches, classified, relabelled, headed, told, emit };
}

export const openAccess: Access = { writeTokens: ['holder'], readTokens: [], required: false, allowedHosts: [] };

export interface Served extends Fake {
  readonly app: App;
  /** Everything that was logged as an error. */
  readonly errors: object[];
}

/** An app over a fake, without tokens. */
export function serve(o: FakeOptions & Partial<Pick<AppOptions, 'access' | 'maxUploadBytes'>> = {}): Served {
  const fake = createFake(o);
  const errors: object[] = [];
  const { access = openAccess, maxUploadBytes = 20e6 } = o;
  const log = { debug() {}, error: (message: string, fields = {}) => void errors.push({ message, ...fields }) };
  return { ...fake, errors, app: createApp({ ...fake, access, maxUploadBytes, log }) };
}

interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** What an answer with an error says. */
export async function errorOf(response: Response | Promise<Response>): Promise<ErrorAnswer> {
  const answer = await response;
  const { error } = (await answer.json()) as { error: { code: string; message: string; hint?: string } };
  return { status: answer.status, code: error.code, message: error.message, hint: error.hint };
}

export const jsonRequest = (body: unknown, method = 'POST'): RequestInit => ({
  method,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

export const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3);

export const bytesRequest = (body: Uint8Array<ArrayBuffer>, type: string): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': type },
});
