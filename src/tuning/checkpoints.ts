/**
 * The states of a run that are kept: a file for each, the newest five and the best.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FitRecord } from '../head/head.ts';
import type { Slots } from '../training/optimizer.ts';
import { readValue, writeValue } from './whole-file.ts';

export type PhaseName = 'head' | 'tune';

/** Where a run is: enough to go on as if nothing had happened. */
export interface RunState {
  readonly phase: PhaseName;
  /** Steps and passes of the phase before. */
  readonly earlier: { readonly steps: number; readonly epochs: number };
  /** Of this phase. */
  step: number;
  /** What descent changes: the head's numbers, then in the second phase the network's. */
  readonly parameters: readonly Float32Array[];
  /** Moving averages of trained layers. */
  readonly statistics: readonly Float32Array[];
  /** Null before the first step. */
  readonly slots: Slots | null;
  /** Of both phases. */
  readonly history: readonly FitRecord[];
  /** Sums since the last record. */
  readonly since: { readonly loss: number; readonly right: number; readonly pictures: number };
  /** Of this phase: place in `history`, and the number of the checkpoint with the weights. */
  readonly best: { readonly record: number; readonly number: number } | null;
}

export interface Checkpoints {
  /** Keeps a state under its number, and forgets those that are neither among the newest five nor the best. */
  save(state: RunState): Promise<void>;
  /** The newest one that is whole, and whose best is there, too. */
  newest(): Promise<RunState | null>;
  /** @throws Error where it is not there any more */
  load(number: number): Promise<RunState>;
}

/** Steps that were done when it was kept: of both phases. */
export const numberOf = ({ earlier, step }: Pick<RunState, 'earlier' | 'step'>): number => earlier.steps + step;

const newestKept = 5;
const version = 1;
const suffix = '.checkpoint';
const fileOf = (number: number): string => `${String(number).padStart(9, '0')}${suffix}`;

/** @param key what makes states of one run comparable: others in the folder are not looked at */
export function openCheckpoints(folder: string, key: string): Checkpoints {
  async function numbers(): Promise<number[]> {
    const names = await readdir(folder).catch(() => []);
    const found = names.filter((name) => /^\d{9}\.checkpoint$/.test(name)).map((name) => Number.parseInt(name, 10));
    return found.sort((a, b) => b - a);
  }

  async function read(number: number): Promise<RunState | null> {
    const found = (await readValue(join(folder, fileOf(number)))) as
      | { version: number; key: string; state: RunState }
      | undefined;
    return found?.version === version && found.key === key ? found.state : null;
  }

  return {
    async save(state) {
      await mkdir(folder, { recursive: true });
      await writeValue(join(folder, fileOf(numberOf(state))), { version, key, state });
      const kept = await numbers();
      const best = state.best?.number;
      for (const number of kept.slice(newestKept)) {
        if (number !== best) await rm(join(folder, fileOf(number)), { force: true });
      }
    },
    async newest() {
      const all = await numbers();
      for (const number of all) {
        const state = await read(number);
        if (state && (state.best === null || all.includes(state.best.number))) return state;
      }
      return null;
    },
    async load(number) {
      const state = await read(number);
      if (state) return state;
      throw new Error(`checkpoint ${number} is missing or damaged`);
    },
  };
}
