import { createRoute } from '@hono/zod-openapi';
import type { App, Parts } from '../context.ts';
import { noQuery } from '../parameters.ts';
import { rootJson } from '../records.ts';
import { answers, failuresSchema, type StatusAnswer, statusSchema } from '../schemas.ts';
import { scrubFor } from '../scrub.ts';
import { version } from '../version.ts';

const status = createRoute({
  method: 'get',
  path: '/status',
  summary: 'Counts, queue, roots and network',
  request: { query: noQuery },
  responses: answers(statusSchema, 'how things stand'),
});

const failures = createRoute({
  method: 'get',
  path: '/failures',
  summary: 'Images in quarantine, each with its reason',
  request: { query: noQuery },
  responses: answers(failuresSchema, 'images that could not be read'),
});

export function statusRoutes(app: App, { collection, follower }: Parts): void {
  const start = performance.now();

  app.openapi(status, (c) => {
    const { workers, vectors, device, roots, classes, labels, head, ...counts } = collection.status();
    const { pending, rate, secondsLeft } = follower.progress();
    const answer: StatusAnswer = {
      version,
      uptime: Math.round(performance.now() - start) / 1000,
      images: counts.images,
      contents: counts.contents,
      quarantined: counts.quarantined,
      pending,
      inferences: counts.inferences,
      rate,
      seconds_left: secondsLeft,
      space: counts.space,
      backbone: counts.backbone,
      dim: counts.dim,
      device: device?.device ?? null,
      device_why: device?.why ?? null,
      queue: { workers: workers.size, busy: workers.busy, queued: workers.queued, crashes: workers.crashes },
      index: {
        hnsw: vectors.hnsw,
        count: vectors.count,
        hnsw_count: vectors.hnswCount,
        revision: vectors.revision,
      },
      classes,
      labels: { from_folders: labels.fromFolders, labelled: labels.labelled, conflicts: labels.conflicts },
      head,
      roots: roots.map((root) => rootJson(root, c.get('right') === 'write')),
    };
    return c.json(answer, 200);
  });

  app.openapi(failures, (c) => {
    const scrub = scrubFor(c, collection);
    const list = collection.failures().map(({ root, image, reason, message }) => ({
      root,
      image,
      reason,
      message: scrub(message),
    }));
    return c.json({ failures: list }, 200);
  });
}
