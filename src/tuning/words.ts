/**
 * What is said to people about a run.
 */
import type { KerasManifest } from '../model/manifest.ts';
import type { ResolvedTuneOptions } from './options.ts';
import type { Comparison } from './task.ts';

/** How long it takes, once steps have been timed. @param o seconds of a step, steps of an epoch and steps that are left */
export function paceNote(runtime: string, o: { step: number; perEpoch: number; left: number }): string {
  const times = `a step takes ${duration(o.step)}, an epoch ${duration(o.step * o.perEpoch)}, and what is left at most ${duration(o.step * o.left)}`;
  return isSlow(runtime) ? `training on wasm, which is slow: ${times}` : `training on ${runtime}: ${times}`;
}

/** What is to be known before anything is timed; null where nothing is. */
export function backendNote(runtime: string): string | null {
  if (!isSlow(runtime)) return null;
  return `this trains on wasm, several times slower than TensorFlow's own library does: ${faster}`;
}

const isSlow = (runtime: string): boolean => /\((wasm|cpu)\)$/.test(runtime);
const faster = 'npm i @tensorflow/tfjs-node brings that';

/** What fine-tuning changed, on the held-out pictures. */
export function comparisonNotes({ accuracy, precisionAt10 }: Comparison): string[] {
  const notes: string[] = [];
  const { before, after } = accuracy;
  if (before !== null && after !== null) {
    const verb = after > before ? 'improved' : after < before ? 'lowered' : 'did not change';
    const change = after === before ? `${percent(after)}` : `${percent(before)} to ${percent(after)}`;
    notes.push(`the second phase ${verb} the accuracy on held-out pictures: ${change}`);
  }
  if (precisionAt10.before !== null && precisionAt10.after !== null) {
    const { before, after } = precisionAt10;
    notes.push(
      `of the ten nearest pictures ${percent(before)} had the label before, and ${percent(after)} have it now`,
    );
  }
  return notes;
}

/** What a tuned network was made of, for its manifest. */
export function sourceOf(
  base: KerasManifest,
  o: ResolvedTuneOptions,
  of: { labels: readonly string[]; train: Uint32Array },
): string {
  const learnt = `${of.train.length} pictures of ${of.labels.length} labels`;
  if (o.fromScratch) return `${base.source}, trained from scratch on ${learnt}`;
  return `${base.name} (${base.source}), tuned (${o.fineTune}) on ${learnt}`;
}

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

/** `0.18 s`, `42 s`, `7 minutes`, `3.2 hours` */
function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toPrecision(2)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${(seconds / 3600).toFixed(1)} hours`;
}
