/**
 * Any query becomes one unit vector in one space.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Catalog } from './catalog/catalog.ts';
import type { ImageRow } from './catalog/tables/images.ts';
import { unit } from './catalog/tables/spaces.ts';
import { PixkinError } from './errors.ts';
import type { Space } from './spaces.ts';
import type {
  ContentId,
  Crop,
  ImageAddress,
  ImageId,
  ImageSource,
  PictureQuery,
  Query,
  Sha256,
  SpaceId,
} from './types.ts';

export interface ResolvedQuery {
  /** Unit length, as many numbers as the space has. */
  readonly vector: Float32Array;
  /** The one image that was asked about. */
  readonly image: ImageRow | null;
  /** Images that are part of the query. */
  readonly self: ReadonlySet<ImageId>;
  /** The content whose whole picture this is: its score is 1. */
  readonly content: ContentId | null;
  /** Milliseconds spent in the network. */
  readonly embedMs: number;
}

/**
 * @throws PixkinError `image_not_found`, `ambiguous_image`, `image_quarantined`, `root_offline`, `other_space`,
 *   `invalid_request`, and the reason code of an upload that cannot be decoded
 */
export async function resolveQuery(
  catalog: Catalog,
  space: Space,
  query: Query,
  signal?: AbortSignal,
): Promise<ResolvedQuery> {
  if ('vector' in query) return plain(checkedVector(space, query.vector, query.space));
  if ('positive' in query) return combined(catalog, space, query, signal);
  if ('address' in query) {
    const image = findImage(catalog, query.address);
    const { vector, ms } = await ofImage(catalog, space, image, query.crop, signal);
    const content = query.crop ? null : image.contentId;
    return { vector, image, self: new Set([image.id]), content, embedMs: ms };
  }
  if ('content' in query) {
    const image = imageWith(catalog, query.content);
    const { vector, ms } = await ofImage(catalog, space, image, query.crop, signal);
    return { ...plain(vector), content: query.crop ? null : image.contentId, embedMs: ms };
  }
  const content = catalog.contents.find(createHash('sha256').update(query.upload).digest('hex'));
  const known = content === undefined || query.crop ? undefined : space.embeddings.get(content);
  if (content !== undefined && known) return { ...plain(known.vector), content };
  const { vector, ms } = await embed(space, { bytes: query.upload }, query.crop, signal);
  return { ...plain(vector), embedMs: ms };
}

/** An image in results, or why it is not there. */
function findImage(catalog: Catalog, address: ImageAddress): ImageRow {
  try {
    return catalog.images.find(address);
  } catch (error) {
    if ('image' in address && error instanceof PixkinError && error.code === 'image_not_found') {
      const roots = address.root === undefined ? catalog.roots.list().map((r) => r.name) : [address.root];
      for (const root of roots) {
        const failure = catalog.failures.at(catalog.roots.locate(root).id, address.image);
        if (!failure) continue;
        throw new PixkinError(
          'image_quarantined',
          `"${address.image}" is in quarantine: ${failure.reason}: ${failure.message}`,
          {
            hint: 'it is tried again when the file changes',
          },
        );
      }
    }
    throw error;
  }
}

/** Any image in results that has a content. */
function imageWith(catalog: Catalog, sha256: Sha256): ImageRow {
  const content = catalog.contents.find(sha256);
  const image = content === undefined ? undefined : catalog.images.ofContent(content, 1)[0];
  if (image) return image;
  throw new PixkinError('image_not_found', `no image has the content ${sha256}`);
}

/**
 * Where the bytes of the picture are that is asked about.
 * @throws PixkinError `image_not_found`, `ambiguous_image`, `image_quarantined`, `root_offline`
 */
export function sourceOf(catalog: Catalog, query: PictureQuery): ImageSource {
  if ('upload' in query) return { bytes: query.upload };
  return fileOf(catalog, 'address' in query ? findImage(catalog, query.address) : imageWith(catalog, query.content));
}

/** Where an image's bytes are. Throws `root_offline` where they cannot be read now. */
export function fileOf(catalog: Catalog, image: ImageRow): { path: string } {
  if (image.offline) {
    throw new PixkinError('root_offline', `"${image.image}" cannot be read: root "${image.root}" is offline`);
  }
  return { path: join(catalog.roots.locate(image.root).path, image.image) };
}

const plain = (vector: Float32Array): ResolvedQuery => ({
  vector,
  image: null,
  self: new Set(),
  content: null,
  embedMs: 0,
});

/** The vector of an image or of a part of it. What the space lacks goes through its network for this answer. */
async function ofImage(
  catalog: Catalog,
  space: Space,
  image: ImageRow,
  crop: Crop | undefined,
  signal: AbortSignal | undefined,
): Promise<{ vector: Float32Array; ms: number }> {
  if (crop) return embed(space, fileOf(catalog, image), crop, signal);
  const found = space.embeddings.get(image.contentId);
  if (found) return { vector: found.vector, ms: 0 };
  const lacking = (why: string, cause?: unknown): PixkinError =>
    new PixkinError(
      'other_space',
      `"${image.image}" has no embedding in space ${space.id} (${space.backbone}), and ${why}`,
      {
        hint: 'indexer rebuild embeds what the current space lacks',
        cause,
      },
    );
  if (image.offline) throw lacking(`root "${image.root}" is offline`);
  const embedded = await embed(space, fileOf(catalog, image), undefined, signal).catch((error: unknown) => {
    throw error instanceof PixkinError && error.code === 'unreadable' ? lacking(error.message, error) : error;
  });
  if (embedded.sha256 !== image.content) throw lacking('its file has changed since it was indexed');
  return embedded;
}

async function embed(space: Space, source: ImageSource, crop: Crop | undefined, signal: AbortSignal | undefined) {
  const start = performance.now();
  const embedded = await space.workers.embed(source, {
    priority: 'query',
    ...(crop && { crop }),
    ...(signal && { signal }),
  });
  return { vector: unit(embedded.vector).vector, sha256: embedded.sha256, ms: performance.now() - start };
}

/** @param from the space that they come from, where that is said */
function checkedVector(space: Space, numbers: readonly number[] | Float32Array, from?: SpaceId): Float32Array {
  if (from !== undefined && from !== space.id) {
    throw new PixkinError(
      'other_space',
      `vector must be of space ${space.id} (${space.backbone}); got one of space ${from}`,
    );
  }
  if (numbers.length !== space.dim) {
    throw new PixkinError(
      'other_space',
      `vector must have ${space.dim} numbers, as space ${space.id} (${space.backbone}) has; got ${numbers.length}`,
    );
  }
  try {
    return unit(Float32Array.from(numbers)).vector;
  } catch (error) {
    throw new PixkinError('invalid_request', (error as Error).message, { cause: error });
  }
}

/**
 * Several examples as one direction: the mean of the positives, moved away from the mean of the negatives by their difference
 * (Rocchio's relevance feedback, 1971, with both weights 1): 2 * mean(positive) - mean(negative).
 */
async function combined(
  catalog: Catalog,
  space: Space,
  { positive, negative }: { positive: readonly Query[]; negative: readonly Query[] },
  signal: AbortSignal | undefined,
): Promise<ResolvedQuery> {
  if (positive.length === 0)
    throw new PixkinError('invalid_request', 'positive must name at least one picture; got none');
  const all = async (queries: readonly Query[]) =>
    Promise.all(queries.map((q) => resolveQuery(catalog, space, q, signal)));
  const [likes, dislikes] = await Promise.all([all(positive), all(negative)]);
  const sum = new Float32Array(space.dim);
  const add = (queries: ResolvedQuery[], weight: number): void => {
    for (const { vector } of queries)
      for (let i = 0; i < sum.length; i++) sum[i]! += (weight * vector[i]!) / queries.length;
  };
  add(likes, dislikes.length > 0 ? 2 : 1);
  add(dislikes, -1);
  const parts = [...likes, ...dislikes];
  return {
    vector: checkedVector(space, sum),
    image: null,
    self: new Set(parts.flatMap((part) => [...part.self])),
    content: null,
    embedMs: Math.max(...parts.map((part) => part.embedMs)),
  };
}
