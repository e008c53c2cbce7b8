import type { ClassesStatus, FailureRecord, RootRecord } from '../../src/index.ts';
import { withClient } from '../client.ts';
import type { Context } from '../context.ts';
import { duration } from '../progress.ts';
import type { HeadStatus } from './heads/head.ts';

interface Status extends HeadStatus {
  readonly images: number;
  readonly quarantined: number;
  readonly pending: number;
  readonly rate: number | null;
  readonly seconds_left: number | null;
  readonly backbone: string;
  readonly dim: number;
  readonly device: string | null;
  readonly classes: ClassesStatus | null;
  readonly labels: { readonly labelled: number; readonly conflicts: number };
  readonly index: { readonly hnsw: string; readonly count: number };
  readonly roots: readonly RootRecord[];
}

export function status(context: Context): Promise<number> {
  const { io } = context;
  return withClient(context, async (client) => {
    const s = await client.json<Status>('/status');
    io.json(s);
    io.text(`${s.images} images, ${s.quarantined} in quarantine, ${s.pending} to do`);
    if (s.pending > 0 && s.rate !== null) {
      io.text(`${s.rate.toFixed(1)} a second${s.seconds_left === null ? '' : `, ${duration(s.seconds_left)} left`}`);
    }
    io.text(`network ${s.backbone}, ${s.dim} numbers, space ${s.space}, device ${s.device ?? 'not used yet'}`);
    const hnsw = {
      ready: 'HNSW ready',
      building: 'HNSW is not ready yet, the exact scan answers',
      failed: 'HNSW could not be built, the exact scan answers (indexer rebuild --from-cache tries again)',
      missing: 'exact scan (hnswlib-node is not installed)',
    };
    io.text(`index of ${s.index.count} vectors: ${hnsw[s.index.hnsw as keyof typeof hnsw] ?? s.index.hnsw}`);
    if (s.classes && (s.classes.stored || s.classes.classified > 0)) {
      const { classified, lacking } = s.classes;
      io.text(
        `classes of ${classified} contents${lacking > 0 ? `, ${lacking} lack theirs (indexer rebuild --classify)` : ''}`,
      );
    }
    const { labelled, conflicts } = s.labels;
    if (labelled + conflicts > 0) {
      const disagreeing = conflicts > 0 ? `; folders disagree about ${conflicts} (indexer label conflicts)` : '';
      io.text(`labels of ${labelled} contents${disagreeing}`);
    }
    if (s.head) {
      const { id, labels, predicted, unknown } = s.head;
      io.text(`head ${id} (${labels} labels) names ${predicted} contents; unknown: ${unknown}`);
    } else if (labelled > 0) io.text('no head is in use (indexer train makes one, indexer heads lists them)');
    for (const { name, state, images, held } of s.roots) {
      io.text(`root ${name}: ${state}, ${images} images${held > 0 ? `, ${held} removals held` : ''}`);
    }
    return 0;
  });
}

export function failures(context: Context): Promise<number> {
  const { io } = context;
  return withClient(context, async (client) => {
    const { failures } = await client.json<{ failures: FailureRecord[] }>('/failures');
    for (const failure of failures) {
      io.json(failure);
      io.text(`${failure.reason}  ${failure.root}: ${failure.image}: ${failure.message}`);
    }
    if (failures.length === 0) io.text('nothing is in quarantine');
    return 0;
  });
}
