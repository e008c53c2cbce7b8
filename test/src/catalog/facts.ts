import { createHash } from 'node:crypto';
import { type Catalog, openCatalog } from '../../../src/catalog/catalog.ts';
import type { EmbeddingsTable } from '../../../src/catalog/tables/spaces.ts';
import { encodeHead } from '../../../src/head/encode.ts';
import type { ContentId, FileFacts, HeadId, ImageId, PictureFacts } from '../../../src/types.ts';
import { denseLayer, headOf } from '../head/blobs.ts';

/** What a worker would tell of the picture `text`. */
export function pictureFacts(text: string): PictureFacts {
  const sha256 = createHash('sha256').update(text).digest('hex');
  return {
    sha256,
    bytes: text.length,
    kind: 'png',
    width: 40,
    height: 30,
    phash: sha256.slice(0, 16),
    takenAt: '2024-05-01T13:37:00',
  };
}

export const file = (root: string, path: string): FileFacts => ({ root, path, bytes: 5, mtimeMs: 1.5 });

export interface Small {
  readonly catalog: Catalog;
  readonly embeddings: EmbeddingsTable;
  /** Puts an image with the content `text` (made where it is new, with an embedding) into a root. */
  put(root: string, path: string, text?: string): { image: ImageId; content: ContentId };
  /** Takes an image out of results. */
  drop(put: { image: ImageId; content: ContentId }, now?: number): void;
}

/** A catalog in memory with the roots `left` and `right` and one space of two numbers. */
export function openSmall(): Small {
  const catalog = openCatalog(':memory:');
  catalog.roots.add('left', '/pictures/left');
  catalog.roots.add('right', '/pictures/right');
  const space = { fingerprint: '0123456789abcdef', backbone: 'tiny', folder: '/models/tiny', dim: 2 };
  const embeddings = catalog.embeddings(catalog.spaces.put(space));
  return {
    catalog,
    embeddings,
    put(root, path, text = path) {
      const facts = pictureFacts(text);
      let content = catalog.contents.find(facts.sha256);
      if (content === undefined) {
        content = catalog.contents.insert(facts);
        embeddings.insert(content, new Float32Array([content, 1]), 'test');
      }
      catalog.contents.revive(content);
      return { image: catalog.images.insert(catalog.roots.locate(root).id, file(root, path), content), content };
    },
    drop({ image, content }, now = 1000) {
      catalog.images.markGone(image, now);
      catalog.contents.retire(content, now);
    },
  };
}

/** A head of the one space, with the numbers of the labels that there are. */
export function putHead(catalog: Catalog, o: { labels?: readonly string[]; threshold?: number } = {}): HeadId {
  const { labels = ['tiger', 'lion'], threshold = 0.5 } = o;
  const blank = headOf(
    [
      denseLayer(
        labels.map(() => [1, 0]),
        labels.map(() => 0),
      ),
    ],
    { labels },
  );
  const { options, temperature, evaluation, data } = blank;
  const { pictures } = evaluation;
  return catalog.heads.insert({
    ...{ space: '0123456789abcdef', at: 1, threshold, bytes: encodeHead(blank) },
    labels: labels.map((name) => ({ id: -1, name })),
    facts: { pictures, accuracy: null, data },
    rest: { options, temperature, evaluation, tuning: null },
    report: { mistakes: [], suspects: [] },
  });
}
