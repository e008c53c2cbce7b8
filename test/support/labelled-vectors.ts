/** A collection of generated vectors in clusters, with labels that pass a part of them; without pictures and without a network. */
import { createHash } from 'node:crypto';
import { openCatalog } from '../../src/catalog/catalog.ts';
import { createClassifiers } from '../../src/classifiers.ts';
import { createCollection } from '../../src/collection.ts';
import { createSpaces, type Space } from '../../src/spaces.ts';
import { createThumbnails } from '../../src/thumbnails.ts';
import type { Collection } from '../../src/types.ts';
import { type OpenVectorsOptions, openSpaceVectors } from '../../src/vectors/open.ts';
import { createFakeWorkers } from '../src/fake-workers.ts';
import { createRandom } from './random.ts';

/**
 * The part of all contents that has a label. The far ones are whole clusters, and no query lies in these; the others are spread over the
 * other clusters at random.
 */
export const labels = {
  'far, 30 %': 0.3,
  'far, 1 %': 0.01,
  '50 %': 0.5,
  '10 %': 0.1,
  '1 %': 0.01,
  '0.1 %': 0.001,
} as const;
export type Label = keyof typeof labels;

export interface LabelledVectors {
  readonly collection: Collection;
  /** A vector beside one of the near clusters, another one each time. */
  query(): Float32Array;
  close(): Promise<void>;
}

/** How far a vector lies from the centre of its cluster, where the centre has length 1. */
const spread = 0.8;
const clusters = 100;

export async function openLabelledVectors(o: {
  path: string;
  count: number;
  dim: number;
  options?: OpenVectorsOptions;
}): Promise<LabelledVectors> {
  const { path, count, dim } = o;
  const random = createRandom(1);
  const direction = (): Float32Array => {
    const vector = new Float32Array(dim).map(() => normal(random.fraction));
    const length = Math.hypot(...vector);
    return vector.map((x) => x / length);
  };
  const centres = Array.from({ length: clusters }, direction);
  const far = Math.round(clusters * (labels['far, 30 %'] + labels['far, 1 %']));
  const isSmall = (cluster: number): boolean => cluster === far - 1;
  const near = (cluster: number): Float32Array => {
    const noise = direction();
    return centres[cluster]!.map((x, i) => x + spread * noise[i]!);
  };
  const catalog = openCatalog(path);
  catalog.roots.add('pictures', '/pictures');
  const { id: root } = catalog.roots.locate('pictures');
  const facts = { backbone: 'none', folder: 'none', fingerprint: '0123456789abcdef', dim };
  const row = catalog.spaces.put(facts);
  const embeddings = catalog.embeddings(row);
  catalog.transaction(() => {
    for (let i = 0; i < count; i++) {
      const cluster = i % clusters;
      const sha256 = createHash('sha256').update(String(i)).digest('hex');
      const picture = { sha256, bytes: 1, kind: 'jpeg', width: 1, height: 1, phash: '', takenAt: null } as const;
      const content = catalog.contents.insert(picture);
      embeddings.insert(content, near(cluster), 'generated');
      catalog.images.insert(root, { root: 'pictures', path: `${i}.jpg`, bytes: 1, mtimeMs: 1 }, content);
      const label = cluster < far ? (isSmall(cluster) ? 'far, 1 %' : 'far, 30 %') : scattered(random.fraction());
      if (label === null) continue;
      catalog.labels.put(content, { label, split: null, origin: 'cli', at: i, conflict: null });
    }
  });
  const vectors = await openSpaceVectors({
    source: embeddings,
    folder: null,
    ...(o.options && { options: o.options }),
  });
  const space: Space = {
    ...{ id: row.fingerprint, backbone: 'none', dim, provenance: 'generated', workers: createFakeWorkers() },
    ...{ embeddings, vectors, classes: catalog.classes(row), storesClasses: false },
  };
  const never = (): never => {
    throw new Error('there is no other network');
  };
  const collection = createCollection({
    catalog,
    spaces: createSpaces(catalog, space, { find: never, recall: never, bytes: () => 0, forget: async () => {} }),
    classifiers: createClassifiers(never),
    thumbnails: createThumbnails(null),
    graceMs: 1e9,
  });
  let asked = 0;
  return {
    collection,
    query: () => near(far + (asked++ % (clusters - far))),
    close: () => collection.close(),
  };
}

/** One of the labels that are spread over the near clusters: these are 69 % of all. */
function scattered(fraction: number): Label | null {
  let passed = 0;
  for (const label of ['50 %', '10 %', '1 %', '0.1 %'] as const) {
    passed += labels[label] / 0.69;
    if (fraction < passed) return label;
  }
  return null;
}

/** Box and Muller's transform. */
function normal(fraction: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - fraction())) * Math.cos(2 * Math.PI * fraction());
}
