/**
 * The write path from one file to one committed outcome: what is it, is its content known, else embed it; then one transaction,
 * then the index. Paths are told apart by content alone: a rename, a copy and a restart run no network.
 */
import { join } from 'node:path';
import { keepClasses } from './best-classes.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { ImageRow } from './catalog/tables/images.ts';
import { isFailureReason, PixkinError } from './errors.ts';
import { createGroupCommit } from './group-commit.ts';
import { lookAtFolders } from './labels/folders.ts';
import type { Space, Spaces } from './spaces.ts';
import type {
  Collection,
  ContentId,
  Embedded,
  Entry,
  FailureReason,
  FileFacts,
  ImageId,
  ImageSource,
  Outcome,
  Sha256,
} from './types.ts';

type Gone = (root: string, path: string) => Promise<boolean>;

/** Either a content that the current space has, or a picture that has just been through the network. */
type Read =
  | { readonly known: ContentId; readonly sha256: Sha256 }
  | { readonly embedded: Embedded; readonly sha256: Sha256 };

/** A row to move: where it was when it was found; `at` undefined: gone already, kept for the grace time. */
interface Claim {
  readonly id: ImageId;
  readonly at: ImageRow | undefined;
}

/** So many copies of a new file are looked for: among thousands of the same bytes it does not matter which was renamed. */
const mostCopies = 16;

/** What a transaction did for one file; null where what it was to do does not hold any more. */
type Committed = { readonly outcome: Outcome; readonly space: Space; readonly added: Added | null } | null;
type Added = Entry & { readonly revision: number };

export interface Ingest {
  readonly ingest: Collection['ingest'];
  /** Pictures that went through the network for the catalog since the start. */
  inferences(): number;
}

export interface IngestOptions {
  /** Pictures get their labels from the folders that they lie in. */
  readonly labelsFromFolders?: boolean;
  /** Called with each new embedding, in the transaction that commits it. */
  readonly predict?: (space: Space, content: ContentId, vector: Float32Array) => void;
}

export function createIngest(catalog: Catalog, spaces: Spaces, o: IngestOptions = {}): Ingest {
  /** How many files of a size are being read, and the one among them that went to the network unhashed. */
  const reading = new Map<number, { files: number; unhashed: Promise<unknown> | null }>();
  const embedding = new Map<Sha256, Promise<unknown>>();
  let inferences = 0;
  let applied: Promise<void> = Promise.resolve();
  const inGroup = createGroupCommit<Committed>(catalog, apply);
  const label = (content: ContentId): void => {
    if (o.labelsFromFolders) lookAtFolders(catalog, [content]);
  };

  async function embed(space: Space, source: ImageSource, signal: AbortSignal | undefined): Promise<Read> {
    const embedded = await space.workers.embed(source, { priority: 'bulk', ...(signal && { signal }) });
    inferences++;
    if (!hasDirection(embedded.vector)) {
      throw new PixkinError(
        'corrupt',
        'the network gave a vector without a direction: zeros, or numbers that are not finite',
      );
    }
    return { embedded, sha256: embedded.sha256 };
  }

  /**
   * The same content met twice at once runs once: whoever comes second waits, and then finds it in the catalog. Null where what was
   * found out does not hold any more when it is to be committed.
   */
  async function read(
    space: Space,
    file: FileFacts,
    source: ImageSource,
    signal: AbortSignal | undefined,
    store: (read: Read) => Promise<Outcome | null>,
  ): Promise<Outcome | null> {
    const rivals = reading.get(file.bytes) ?? { files: 0, unhashed: null };
    reading.set(file.bytes, rivals);
    rivals.files++;
    try {
      // A file whose size nobody shares cannot be a copy: one trip to a worker is enough.
      if (rivals.files === 1 && !catalog.contents.hasSize(file.bytes)) {
        const work = embed(space, source, signal).then(store);
        rivals.unhashed = work.then(nothing, nothing);
        return await work;
      }
      const { sha256 } = await space.workers.fingerprint(source, signal && { signal });
      await rivals.unhashed;
      while (embedding.has(sha256)) await embedding.get(sha256);
      const known = catalog.contents.find(sha256);
      if (known !== undefined && space.embeddings.has(known)) return await store({ known, sha256 });
      const work = embed(space, source, signal).then(store);
      const settled = work.then(nothing, nothing);
      embedding.set(sha256, settled);
      void settled.then(() => embedding.delete(sha256));
      return await work;
    } finally {
      if (--rivals.files === 0) reading.delete(file.bytes);
    }
  }

  /** The image that this file is, under a name that it no longer has. */
  async function claimed(sha256: Sha256, file: FileFacts, gone: Gone | undefined): Promise<Claim | undefined> {
    const content = catalog.contents.find(sha256);
    if (content === undefined || catalog.images.at(file.root, file.path)?.contentId === content) return undefined;
    const sameRootFirst = <T extends { root: string }>(rows: T[]): T[] =>
      [...rows].sort((a, b) => Number(b.root === file.root) - Number(a.root === file.root));
    for (const row of sameRootFirst(catalog.images.ofContent(content, mostCopies))) {
      if (await gone?.(row.root, row.image)) return { id: row.id, at: row };
    }
    const [latest] = sameRootFirst(catalog.images.goneOfContent(content));
    return latest && { id: latest.id, at: undefined };
  }

  /** Another copy may have claimed the same image since it was looked up; a sweep may have noted that it has gone. */
  function isFree({ id, at }: Claim, content: ContentId): boolean {
    const now = catalog.images.byId(id);
    if (now) return now.root === at?.root && now.image === at.image;
    return catalog.images.goneOfContent(content).some((row) => row.id === id);
  }

  /**
   * In one transaction: the content, its embedding, and which image has it. Null where the space is not the current one any more, or the
   * content was forgotten meanwhile: who commits all the same leaves an image that no search finds.
   */
  function commit(space: Space, file: FileFacts, read: Read, claim: Claim | undefined): Promise<Committed> {
    return inGroup(() => {
      if (space !== spaces.current() || ('known' in read && !space.embeddings.has(read.known))) return null;
      const root = catalog.roots.locate(file.root).id;
      let content: ContentId;
      let added: Added | null = null;
      if ('known' in read) {
        content = read.known;
      } else {
        content = catalog.contents.find(read.sha256) ?? catalog.contents.insert(read.embedded);
        if (!space.embeddings.has(content)) {
          const { embedding, revision } = space.embeddings.insert(content, read.embedded.vector, space.provenance);
          added = { content, vector: embedding.vector, revision };
          o.predict?.(space, content, embedding.vector);
        }
        keepClasses(space, content, read.embedded);
      }
      catalog.failures.delete(root, file.path);
      catalog.contents.revive(content);
      const before = catalog.images.at(file.root, file.path);
      if (before?.contentId === content) {
        catalog.images.touch(before.id, file);
        if (!added) return { outcome: { type: 'unchanged', root: file.root, image: file.path }, space, added };
        return {
          outcome: { type: 'indexed', root: file.root, image: file.path, id: before.id, content: read.sha256 },
          space,
          added,
        };
      }
      if (before) {
        catalog.images.markGone(before.id, Date.now());
        catalog.contents.retire(before.contentId, Date.now());
        label(before.contentId);
      }
      const moved = claim && isFree(claim, content) ? claim.id : null;
      if (moved !== null) catalog.images.move(moved, root, file);
      const id = moved ?? catalog.images.insert(root, file, content);
      label(content);
      const type = 'known' in read ? 'reused' : 'indexed';
      return { outcome: { type, root: file.root, image: file.path, id, content: read.sha256 }, space, added };
    });
  }

  /** In the same turn as the commit: an index must see revisions in their order. */
  function apply(all: readonly Committed[]): void {
    const space = all.find((one) => one?.added)?.space;
    const add = all.flatMap((one) => one?.added ?? []);
    if (space) applied = space.vectors.apply({ add, remove: [], revision: add.at(-1)!.revision });
  }

  function quarantine(file: FileFacts, reason: FailureReason, message: string): Outcome {
    return catalog.transaction(() => {
      const root = catalog.roots.locate(file.root).id;
      const before = catalog.failures.at(root, file.path);
      const again = before?.reason === reason && before.bytes === file.bytes && before.mtimeMs === file.mtimeMs;
      catalog.failures.put(root, file, reason, message);
      const image = catalog.images.at(file.root, file.path);
      if (image) {
        catalog.images.markGone(image.id, Date.now());
        catalog.contents.retire(image.contentId, Date.now());
        label(image.contentId);
      }
      return { type: 'failed', root: file.root, image: file.path, reason, message, again };
    });
  }

  async function store(space: Space, file: FileFacts, read: Read, gone: Gone | undefined): Promise<Outcome | null> {
    const committed = await commit(space, file, read, await claimed(read.sha256, file, gone));
    if (!committed) return null;
    await applied;
    return committed.outcome;
  }

  return {
    inferences: () => inferences,
    async ingest(file, { gone, signal } = {}) {
      const source = { path: join(catalog.roots.locate(file.root).path, file.path) };
      try {
        for (;;) {
          const outcome = await spaces.use((space) =>
            read(space, file, source, signal, (result) => store(space, file, result, gone)),
          );
          if (outcome) return outcome;
        }
      } catch (error) {
        if (!(error instanceof PixkinError) || !isFailureReason(error.code)) throw error;
        // It vanished before it could be read: nothing is wrong with it.
        if (error.code === 'unreadable' && (await gone?.(file.root, file.path))) {
          return { type: 'removed', root: file.root, image: file.path, id: null };
        }
        return quarantine(file, error.code, error.message);
      }
    },
  };
}

const nothing = (): void => {};

function hasDirection(vector: Float32Array): boolean {
  let sum = 0;
  for (const x of vector) sum += x * x;
  return sum > 0 && Number.isFinite(sum);
}
