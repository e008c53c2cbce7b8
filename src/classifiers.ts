/**
 * Whole networks beside the collection's own: opened when somebody asks for one, and closed when nobody has for a while.
 */
import { type Classifier, classifyPicture, type PictureOptions } from './classify.ts';
import { PixkinError } from './errors.ts';
import type { Spaces } from './spaces.ts';
import type { Classified, ImageSource, SpaceId, Workers } from './types.ts';

/** A network that was found; nothing of it is open. */
export interface FoundClassifier {
  /** Of the network as its manifest cuts and pools it. */
  readonly space: SpaceId;
  /** Throws `backbone_invalid` where its labels cannot be read. */
  open(): Promise<OpenedClassifier>;
}

export interface OpenedClassifier extends Classifier {
  readonly workers: Workers;
}

export interface Classifiers {
  /** Throws `backbone_not_found`, `backbone_invalid`. */
  find(backbone: string): Promise<FoundClassifier>;
  /** Keeps a network open until `work` ends. */
  use<T>(found: FoundClassifier, work: (classifier: Classifier) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface Entry {
  readonly opened: Promise<OpenedClassifier>;
  users: number;
  idle: NodeJS.Timeout | undefined;
}

/** @param idleMs how long a network that nobody uses stays open, in milliseconds */
export function createClassifiers(find: Classifiers['find'], { idleMs = 30_000 } = {}): Classifiers {
  const entries = new Map<SpaceId, Entry>();
  const closing = new Set<Promise<void>>();
  let ended = false;

  const shut = (id: SpaceId, entry: Entry): void => {
    clearTimeout(entry.idle);
    if (entries.get(id) === entry) entries.delete(id);
    const done: Promise<void> = entry.opened
      .then(({ workers }) => workers.close())
      .catch(() => {})
      .finally(() => void closing.delete(done));
    closing.add(done);
  };

  return {
    find,
    async use(found, work) {
      if (ended) throw new PixkinError('closed', 'the collection is closed');
      const id = found.space;
      const entry: Entry = entries.get(id) ?? { opened: found.open(), users: 0, idle: undefined };
      entries.set(id, entry);
      entry.users++;
      clearTimeout(entry.idle);
      try {
        return await work(await entry.opened);
      } catch (error) {
        // What could not be opened may be mended before somebody asks again.
        await entry.opened.catch(() => {
          if (entries.get(id) === entry) entries.delete(id);
        });
        throw error;
      } finally {
        entry.users--;
        if (entry.users === 0 && entries.get(id) === entry) {
          if (idleMs === 0) shut(id, entry);
          else entry.idle = setTimeout(() => shut(id, entry), idleMs).unref();
        }
      }
    },
    async close() {
      ended = true;
      for (const [id, entry] of entries) shut(id, entry);
      await Promise.all(closing);
    },
  };
}

/**
 * Asks the network of the current space, or another one.
 * @throws PixkinError what `find` and `classifyPicture` throw
 */
export async function classifyWith(
  { spaces, classifiers }: { readonly spaces: Pick<Spaces, 'current' | 'use'>; readonly classifiers: Classifiers },
  source: ImageSource,
  { backbone, ...o }: PictureOptions & { readonly backbone?: string | undefined },
): Promise<Classified> {
  const found = backbone === undefined ? null : await classifiers.find(backbone);
  const current = spaces.current();
  // The very network that is open already, where it is known with its classes.
  const isOpen = found?.space === current.id && current.classes.names().length > 0;
  if (found && !isOpen) return classifiers.use(found, (other) => classifyPicture(other, source, o));
  return spaces.use((space) => classifyPicture({ ...space, names: space.classes.names() }, source, o));
}
