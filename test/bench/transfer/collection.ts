/** A collection, asked as anybody asks it: by commands. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { HeadDetailAnswer, TrainingAnswer } from '../../../server/head-schemas.ts';
import { since } from './recipe.ts';

/** What is run, before its arguments. */
export type Program = readonly string[];

/** One JSON object of stdout. */
export type Line = { readonly type?: string } & Readonly<Record<string, unknown>>;
export type Head = HeadDetailAnswer;
export type Look = TrainingAnswer;

export interface Answered {
  readonly lines: readonly Line[];
  /** From the command's start to its end. */
  readonly seconds: number;
}

export interface Trained extends Answered {
  readonly head: Head;
  /** At the held-out pictures, in their order. */
  readonly looks: readonly Look[];
}

export interface Collection {
  readonly data: string;
  /** `indexer ...args`, to its end. @throws where the exit code is not 0 */
  ask(...args: string[]): Promise<Answered>;
  /** `indexer train ...args`. */
  train(...args: string[]): Promise<Trained>;
  /** The same, and `kill -9` of the command and all its processes as soon as a look is as wanted. @returns the looks until then */
  trainUntil(wanted: (look: Look) => boolean, ...args: string[]): Promise<Look[]>;
}

export function openCollection(data: string, program: Program): Collection {
  const start = (args: readonly string[]) => {
    const [command, ...before] = program;
    return spawn(command!, [...before, ...args, '--data', data, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that nothing is left of it.
      detached: true,
    });
  };

  /** @param onLine returns true where the command is to be killed */
  async function run(args: readonly string[], onLine: (line: Line) => boolean): Promise<boolean> {
    const child = start(args);
    const kill = (): void => void process.kill(-child.pid!, 'SIGKILL');
    process.once('exit', kill);
    let isKilled = false;
    createInterface(child.stdout).on('line', (line) => {
      if (isKilled || !onLine(JSON.parse(line) as Line)) return;
      isKilled = true;
      kill();
    });
    const ended = once(child, 'close') as Promise<[code: number | null]>;
    const [said, [code]] = await Promise.all([text(child.stderr), ended]);
    process.removeListener('exit', kill);
    if (code !== 0 && !isKilled) throw new Error(`indexer ${args.join(' ')} ended with ${code}: ${said.slice(-2000)}`);
    return isKilled;
  }

  async function ask(...args: string[]): Promise<Answered> {
    const begun = performance.now();
    const lines: Line[] = [];
    await run(args, (line) => {
      lines.push(line);
      return false;
    });
    return { lines, seconds: since(begun) };
  }

  return {
    data,
    ask,
    async train(...args) {
      const answered = await ask('train', ...args);
      const head = answered.lines.find(({ type }) => type === 'head') as Head | undefined;
      if (!head) throw new Error(`indexer train ${args.join(' ')} must tell its head`);
      return { ...answered, head, looks: answered.lines.filter(isLook) };
    },
    async trainUntil(wanted, ...args) {
      const looks: Look[] = [];
      const isKilled = await run(['train', ...args], (line) => {
        if (!isLook(line)) return false;
        looks.push(line);
        return wanted(line);
      });
      if (!isKilled) throw new Error('the training was over before it was to be killed');
      return looks;
    },
  };
}

const isLook = (line: Line): line is Line & Look => line.type === 'training';
