/**
 * What a run ends with, once the last step is done: a network in a folder, a head, and how good both are.
 */
import { encodeHead } from '../head/encode.ts';
import type { FitRecord } from '../head/head.ts';
import type { LabelledEmbeddings } from '../head/knn.ts';
import { spaceOf } from '../space.ts';
import type { Model } from '../training/fitted.ts';
import type { Comparison, DeviceReport } from '../types.ts';
import type { RunState } from './checkpoints.ts';
import { judge } from './judge.ts';
import type { OpenedRun } from './opened.ts';
import type { TunePlan } from './plan.ts';
import type { Order, Result } from './protocol.ts';
import { describeRun, fingerprintOfPictures, placesOf } from './run-folder.ts';
import { writeValue } from './whole-file.ts';
import { comparisonNotes, sourceOf } from './words.ts';
import { keepNetwork } from './write-network.ts';

export interface Ending {
  readonly plan: TunePlan;
  /** In the tuned space. */
  readonly data: LabelledEmbeddings;
  /** Of the head. */
  readonly model: Model;
  readonly last: RunState;
  readonly precision: Comparison['precisionAt10'];
  readonly device: DeviceReport & { readonly runtime: string };
}

/** Keeps all of it in the run's folder. @throws PixkinError `data_unwritable` */
export async function finishRun(order: Order, run: OpenedRun, o: Ending): Promise<Result> {
  const { options, base, weights, notes, multiply } = run;
  const { plan, data, model, device } = o;
  const { history, best, earlier } = o.last;
  const places = placesOf(order.run);
  const source = sourceOf(base.manifest, options, { labels: plan.labels, train: plan.splitting.train });
  const network = await keepNetwork(places.network, base, { name: order.name, source, weights });
  const space = spaceOf(network);
  const kept = best?.record ?? history.length - 1;
  const first = history.filter(({ step }) => step <= earlier.steps);
  const before = bestOf(first, options.patience)?.valAccuracy ?? null;
  const comparison: Comparison = {
    accuracy: { before, after: history[kept]?.valAccuracy ?? null },
    precisionAt10: o.precision,
  };
  const { head, report } = judge({
    ...{ plan, options, data, model, space, history, best: kept, multiply },
    fingerprint: fingerprintOfPictures(order.pictures),
    runtime: device.runtime,
    notes: [...notes, ...plan.notes, ...comparisonNotes(comparison)],
  });
  const result: Result = { head: encodeHead(head), space, report, comparison, device };
  await writeValue(places.result, result);
  await describeRun(places.record, { state: 'done', ended: Date.now() });
  return result;
}

/** The record whose weights a phase ended with; null where there was no phase. */
function bestOf(history: readonly FitRecord[], patience: number): FitRecord | null {
  const last = history.at(-1) ?? null;
  if (patience === 0 || !last || last.valLoss === null) return last;
  return history.reduce((best, one) => (one.valLoss! < best.valLoss! ? one : best));
}
