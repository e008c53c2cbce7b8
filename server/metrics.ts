/**
 * What Prometheus reads, in a registry of its own for each app.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Collection, Follower } from '../src/index.ts';

export interface Metrics {
  readonly contentType: string;
  render(): Promise<string>;
  /** One search took so many seconds, with the network where it was needed. */
  searched(mode: string, seconds: number): void;
  /** @param route the pattern, not the path: paths would be without number */
  answered(method: string, route: string, status: number): void;
}

export function createMetrics(collection: Collection, follower: Follower): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name: `pixkin_${name}`, help, registers });
  const gauges = {
    images: gauge('images', 'Images in results'),
    contents: gauge('contents', 'Distinct pictures that are known'),
    quarantined: gauge('quarantined', 'Images that could not be read'),
    pending: gauge('pending', 'Images seen, not done'),
    queued: gauge('queued', 'Pictures waiting for a worker'),
    workers: gauge('workers', 'Worker processes'),
    busy: gauge('workers_busy', 'Worker processes at work'),
    index: gauge('index_vectors', 'Vectors in the index'),
    hnsw: gauge('index_hnsw_vectors', 'Vectors that HNSW holds'),
  };
  const inferences = counter('inferences_total', 'Pictures that went through the network', []);
  const crashes = counter('worker_crashes_total', 'Worker processes that died and were replaced', []);
  const outcomes = counter('outcomes_total', 'What became of files', ['type', 'reason']);
  const requests = counter('http_requests_total', 'Requests answered', ['method', 'route', 'status']);
  const searches = new Histogram({
    name: 'pixkin_search_seconds',
    help: 'Seconds of a search',
    labelNames: ['mode'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });

  function counter<T extends string>(name: string, help: string, labelNames: T[]): Counter<T> {
    return new Counter({ name: `pixkin_${name}`, help, labelNames, registers });
  }

  collection.subscribe((outcome) => {
    outcomes.inc({ type: outcome.type, reason: outcome.type === 'failed' ? outcome.reason : '' });
  });

  return {
    contentType: registry.contentType,
    async render() {
      const { images, contents, quarantined, inferences: run, workers, vectors } = collection.status();
      gauges.images.set(images);
      gauges.contents.set(contents);
      gauges.quarantined.set(quarantined);
      gauges.pending.set(follower.progress().pending);
      gauges.queued.set(workers.queued);
      gauges.workers.set(workers.size);
      gauges.busy.set(workers.busy);
      gauges.index.set(vectors.count);
      gauges.hnsw.set(vectors.hnswCount);
      // The engine counts these two itself.
      inferences.reset();
      inferences.inc(run);
      crashes.reset();
      crashes.inc(workers.crashes);
      return registry.metrics();
    },
    searched: (mode, seconds) => searches.observe({ mode }, seconds),
    answered: (method, route, status) => requests.inc({ method, route, status: String(status) }),
  };
}
