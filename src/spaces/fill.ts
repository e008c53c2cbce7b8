/**
 * Embeds every picture in results that a space lacks. Each is committed by itself: a kill loses none, and the next fill goes on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { keepClasses } from '../best-classes.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { PixkinError } from '../errors.ts';
import { underWay } from '../group.ts';
import { createGroupCommit } from '../group-commit.ts';
import type { ContentId, Entry, FileFacts, JobControl } from '../types.ts';
import { createContentReader, type Embedding } from './embed-content.ts';
import type { Space, SpacesJob } from './space.ts';

export interface FillOptions {
  readonly catalog: Catalog;
  readonly control: JobControl;
  /** Takes a file as it is now, as a sweep does. */
  readonly refresh: (file: FileFacts) => Promise<unknown>;
  /** Called with each new embedding, in the transaction that commits it. */
  readonly predict?: SpacesJob['predict'];
  /** How long a file that is gone may take to leave the results, where somebody watches its folder. Milliseconds. */
  readonly patienceMs: number;
  /** Where classes are stored, what was embedded without them goes through the network too. */
  readonly classes?: boolean;
}

export interface Filled {
  /** Pictures that went through the network. */
  readonly embedded: number;
  /** Pictures that it could not embed: they are not lacking any more. */
  readonly failed: number;
  /** Pictures that still have no classes: their files cannot be read. Absent where that is not asked for, or none is left. */
  readonly unclassified?: number;
}

type Added = Entry & { readonly revision: number };
type Kept = Extract<Embedding, { vector: Float32Array }>;
type Unreachable = Extract<Embedding, { type: 'unreachable' }>;

/**
 * More failures than both of these are not a few broken files: something is wrong with the network. The second is a part of what has been
 * tried, of a thousand pictures at least where there are so many: broken files come in folders. Where all fail it shows sooner.
 */
const mostFailures = { count: 10, part: 0.1, of: 1000, first: 30 };

/**
 * @throws PixkinError `root_offline` or `rebuild_incomplete` where files cannot be reached, after everything else was embedded;
 *   `rebuild_incomplete` where too many pictures fail; whatever is wrong with the network
 */
export async function fill(
  space: Space,
  { catalog, control, refresh, predict, patienceMs, classes = false }: FillOptions,
): Promise<Filled> {
  const reader = createContentReader(catalog, space, refresh);
  const { signal } = control;
  const unreachable = new Map<ContentId, Unreachable>();
  const tried = new Set<ContentId>();
  /** What the space has, and what it lacks now. */
  const wanted = space.embeddings.count() + space.embeddings.lackingCount();
  let [embedded, failed, done, waited] = [0, 0, 0, false];

  let applied: Promise<void> = Promise.resolve();
  // In the same turn as the commit: an index must see revisions in their order.
  const inGroup = createGroupCommit<Added | null>(catalog, (all) => {
    const add = all.flatMap((one) => one ?? []);
    const revision = add.at(-1)?.revision;
    if (revision !== undefined) applied = space.vectors.apply({ add, remove: [], revision });
  });
  const keep = async (content: ContentId, found: Kept): Promise<void> => {
    await inGroup(() => {
      if (found.type === 'embedded') keepClasses(space, content, found);
      else if (space.storesClasses) space.base?.copyClasses(content);
      // A file that arrived meanwhile may have brought it.
      if (space.embeddings.has(content)) return null;
      const { embedding, revision } = space.embeddings.insert(content, found.vector, space.provenance);
      predict?.(space, content, embedding.vector);
      return { content, vector: embedding.vector, revision };
    });
    await applied;
  };
  const note = (content: ContentId, found: Extract<Embedding, { type: 'broken' }>): void => {
    const { image, reason, message } = found;
    if (!space.embeddings.has(content)) space.embeddings.fail(content, reason, message);
    failed++;
    control.outcome({ type: 'failed', root: image.root, image: image.image, reason, message, again: false });
    const kept = space.embeddings.count();
    const of = Math.max(kept + failed, Math.min(wanted, mostFailures.of));
    const isFew = failed <= Math.max(mostFailures.count, mostFailures.part * of);
    if (!isFew || (kept === 0 && failed > mostFailures.first)) throw tooManyFailures(space, failed, message);
  };
  const one = async (content: ContentId): Promise<void> => {
    tried.add(content);
    const found = await reader.read(content, signal);
    if (found.type === 'embedded' || found.type === 'derived') {
      await keep(content, found);
      if (found.type === 'embedded') embedded++;
    } else if (found.type === 'broken') note(content, found);
    else if (found.type === 'unreachable') unreachable.set(content, found);
  };
  const pass = async (contents: readonly ContentId[]): Promise<void> => {
    let next = 0;
    let isFailing = false;
    const total = done + contents.length;
    control.progress(done, total);
    const lane = async (): Promise<void> => {
      for (let i = next++; i < contents.length && !isFailing && !signal.aborted; i = next++) {
        await one(contents[i]!).catch((error: unknown) => {
          isFailing = true;
          throw error;
        });
        control.progress(++done, total);
      }
    };
    // All lanes end before an error is told: nothing is committed after that.
    const lanes = await Promise.allSettled(Array.from({ length: underWay(space.workers.stats().size) }, lane));
    signal.throwIfAborted();
    for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
  };

  const unclassified = (): ContentId[] => (classes && space.storesClasses ? space.classes.lacking() : []);
  for (;;) {
    const lacking = space.embeddings.lacking();
    const untried = [
      ...lacking.filter((content) => !unreachable.has(content)),
      ...unclassified().filter((content) => !tried.has(content)),
    ];
    if (untried.length > 0) {
      await pass(untried);
      continue;
    }
    if (lacking.length === 0) break;
    const troubles = lacking.flatMap((content) => unreachable.get(content) ?? []);
    if (waited || troubles.every(({ offline }) => offline !== null)) throw incomplete(troubles, tried.size);
    waited = true;
    // Deleted a moment ago, and whoever watches has not said so yet.
    if (patienceMs > 0) await sleep(patienceMs, undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
    unreachable.clear();
  }
  if (failed > 0 && space.embeddings.count() === 0) throw tooManyFailures(space, failed, 'every one');
  const without = unclassified().length;
  return { embedded, failed, ...(without > 0 && { unclassified: without }) };
}

function tooManyFailures({ backbone }: Space, failed: number, example: string): PixkinError {
  return new PixkinError(
    'rebuild_incomplete',
    `${failed} pictures that another network could embed failed in ${backbone}: ${example}`,
    { hint: 'so many are not broken files: look at the network (indexer doctor) and --time-limit, then run it again' },
  );
}

function incomplete(troubles: readonly Unreachable[], tried: number): PixkinError {
  const shown = [...new Set(troubles.map(({ message }) => message))].slice(0, 3).join('; ');
  const message = `${troubles.length} of ${tried} pictures could not be embedded: ${shown}`;
  const offline = troubles.find((trouble) => trouble.offline !== null)?.offline;
  if (typeof offline === 'string') {
    return new PixkinError('root_offline', `root "${offline}" is offline, and ${message}`, {
      hint: 'what was embedded is kept: bring the folder back, or let go of it with indexer roots remove, and run it again',
    });
  }
  return new PixkinError('rebuild_incomplete', message, {
    hint: 'what was embedded is kept: bring those pictures back, or let a sweep take them out (indexer index DIR), and run it again',
  });
}
