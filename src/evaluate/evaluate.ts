/**
 * How good a network is at somebody's own pictures. Everything is in memory: no collection is looked at or changed.
 */
import { unit } from '../catalog/tables/spaces.ts';
import { isFailureReason, PixkinError } from '../errors.ts';
import { underWay } from '../group.ts';
import { type TrialOptions, withTrial } from '../model/trial.ts';
import { chooseNetwork, outputOf } from '../networks.ts';
import { startFitting } from '../projection/fit.ts';
import { createProjector, leastForEach } from '../projection/projection.ts';
import { roomOfPicture } from '../spaces/room.ts';
import type { NetworkChoice, Pooling, SpaceId, Workers } from '../types.ts';
import { type LabelledVector, type RankingQuality, rankingQuality } from './ranking.ts';

/** A picture whose kind is known. `path` is absolute. */
export interface LabelledPicture {
  readonly path: string;
  readonly label: string;
}

export interface EvaluateOptions extends Omit<TrialOptions, 'output'> {
  /** Where networks are looked for by name. */
  readonly folders: readonly string[];
  readonly signal: AbortSignal;
  readonly project?: readonly number[];
  /** Pictures, then queries. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** How one space did. */
export interface Evaluation extends RankingQuality {
  /** That of the network, also where it is projected. */
  readonly space: SpaceId;
  readonly backbone: string;
  readonly pooling: Pooling | null;
  readonly cut: string | null;
  /** By a projection that was fitted on the gallery. */
  readonly projected: boolean;
  readonly dim: number;
  /** Pictures that could be embedded, queries and the others. */
  readonly pictures: number;
  /** Pictures that could not. */
  readonly failed: number;
  /** Wall time with all processes at work, without loading the network. */
  readonly msPerPicture: number;
  /** On the disk. */
  readonly bytesPerPicture: number;
}

/**
 * Embeds pictures with one network, and ranks `gallery` for each of `queries`, which may be the same list.
 * @param o.project also with projections to so many numbers
 * @returns how its space did, and after it each projection
 * @throws PixkinError `backbone_not_found`, `backbone_invalid`, `invalid_request`; the signal's reason
 */
export async function evaluateNetwork(
  choice: NetworkChoice & { backbone: string },
  { queries, gallery }: { queries: readonly LabelledPicture[]; gallery: readonly LabelledPicture[] },
  { folders, signal, project = [], onProgress = () => {}, ...trial }: EvaluateOptions,
): Promise<Evaluation[]> {
  const network = await chooseNetwork(choice, folders);
  const pictures = [...new Set([...queries, ...gallery])];
  const embedded = await withTrial(network.backbone, { ...trial, output: outputOf(network) }, ({ workers }) =>
    embedAll(workers, pictures, signal, onProgress),
  );
  const { fingerprint: space, backbone, pooling, cut, dim } = network.row;
  const evaluations: Evaluation[] = [];
  for (const count of [undefined, ...project]) {
    const vectors =
      count === undefined ? embedded.vectors : await projectAll(embedded.vectors, gallery, { dim, count, signal });
    const of = (some: readonly LabelledPicture[]) => some.flatMap((picture) => vectors.get(picture) ?? []);
    evaluations.push({
      ...{ space, backbone, pooling, cut, projected: count !== undefined, dim: count ?? dim },
      ...(await rankingQuality(of(queries), of(gallery), { signal, onProgress })),
      ...{ pictures: vectors.size, failed: embedded.failed },
      msPerPicture: embedded.ms / Math.max(1, vectors.size),
      bytesPerPicture: roomOfPicture(count ?? dim).disk,
    });
  }
  return evaluations;
}

/** As a collection of the gallery's pictures would have them. */
async function projectAll(
  vectors: ReadonlyMap<LabelledPicture, LabelledVector>,
  gallery: readonly LabelledPicture[],
  { dim, count, signal }: { dim: number; count: number; signal: AbortSignal },
): Promise<ReadonlyMap<LabelledPicture, LabelledVector>> {
  const sample = gallery.flatMap((picture) => vectors.get(picture)?.vector ?? []);
  const most = Math.min(dim - 1, Math.floor(sample.length / leastForEach));
  if (count > most) {
    throw new PixkinError(
      'invalid_request',
      `project must be at most ${most}, with ${sample.length} pictures of ${dim} numbers to fit it on; got ${count}`,
    );
  }
  const fitting = startFitting({ dim, components: count, most: sample.length });
  try {
    for (const vector of sample) await fitting.add(vector);
    const projector = createProjector(await fitting.finish());
    signal.throwIfAborted();
    return new Map(
      [...vectors].map(([picture, labelled]) => {
        return [picture, { ...labelled, vector: unit(projector(labelled.vector)).vector }];
      }),
    );
  } finally {
    fitting.stop();
  }
}

async function embedAll(
  workers: Workers,
  pictures: readonly LabelledPicture[],
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
) {
  const vectors = new Map<LabelledPicture, LabelledVector>();
  let [next, done, failed] = [0, 0, 0];
  const lane = async (): Promise<void> => {
    for (let i = next++; i < pictures.length; i = next++) {
      signal.throwIfAborted();
      const picture = pictures[i]!;
      try {
        const { vector, sha256 } = await workers.embed({ path: picture.path }, { priority: 'bulk' });
        vectors.set(picture, { label: picture.label, content: sha256, vector: unit(vector).vector });
      } catch (error) {
        const isPictures = error instanceof RangeError || (error instanceof PixkinError && isFailureReason(error.code));
        if (!isPictures) throw error;
        failed++;
      }
      onProgress(++done, pictures.length);
    }
  };
  // Each process loads the network before its first picture: that is not counted.
  const warmUp = pictures.slice(0, workers.stats().size);
  await Promise.allSettled(warmUp.map(({ path }) => workers.embed({ path }, { priority: 'bulk' })));
  const begun = performance.now();
  await Promise.all(Array.from({ length: underWay(workers.stats().size) }, lane));
  return { vectors, failed, ms: performance.now() - begun };
}
