/**
 * From a folder to a committed index, beside two scripts that only embed: rounds in which each runs once, in turn.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { shippedModels } from '../../src/files.ts';
import { packageRoot } from '../../src/index.ts';
import { loadBackbone } from '../../src/model/backbone.ts';
import { compileBackbone } from '../../src/model/compile.ts';
import { indexFolder, lastLine, timed } from './command.ts';
import { type Measurement, runAlone } from './measurement.ts';
import { noProc } from './memory-of.ts';
import { flowers, flowersMissing, picturesIn } from './pictures.ts';
import { say } from './say.ts';
import { median, spread } from './statistics.ts';
import type { Row } from './table.ts';
import { indexWatched } from './watched.ts';
import type { Workplace } from './workplace.ts';

const python = join(packageRoot, '..', 'shared', 'peers', 'embed_pil_ort.py');

/** Pictures a second and a CPU-second of one program in one round. */
interface Speed {
  readonly second: number;
  readonly cpuSecond: number;
}

interface Round {
  /** All of the command, from start to exit. */
  readonly whole: Speed;
  /** The sweep's own seconds, with the workers' start; CPU without the start of the processes and the loading of the network. */
  readonly work: Speed;
  readonly naive: Speed;
  readonly python: Speed | null;
}

export const throughput: Measurement = {
  name: 'throughput',
  missing: flowersMissing,
  async measure(workplace) {
    const noPython = pythonMissing();
    if (noPython !== null) say(`the Python script is left out: ${noPython}`);
    const count = (await picturesIn(flowers)).length;
    // Also the warm-up: from here on the pictures are in the system's cache.
    const memory = await memoryRow(workplace, count);
    const startUp = await startUpCpu(workplace);
    const model = await compileShipped(workplace);
    const rounds: Round[] = [];
    for (let i = 0; i < workplace.sizes.rounds; i++) {
      rounds.push(await round(workplace, { count, startUp, model, python: noPython === null }));
      say(`round ${i + 1}: ${JSON.stringify(rounds.at(-1), (_, v) => (typeof v === 'number' ? Math.round(v) : v))}`);
    }
    return [...speedRows(rounds, count), memory];
  },
};

async function round(
  workplace: Workplace,
  o: { count: number; startUp: Cpu; model: string; python: boolean },
): Promise<Round> {
  const { count, startUp, model } = o;
  const { wall, cpu, summary } = await indexFolder(flowers, workplace.fresh('data'));
  if (summary.indexed + summary.reused !== count)
    throw new Error(`${count} must be indexed: ${JSON.stringify(summary)}`);
  const tsx = ['--import', import.meta.resolve('tsx')];
  const naive = await timed(process.execPath, [...tsx, join(import.meta.dirname, 'naive.ts'), model, flowers]);
  const other = o.python ? await timed('python3', [python, model, flowers]) : null;
  return {
    whole: { second: count / wall, cpuSecond: count / cpu },
    work: { second: count / summary.seconds, cpuSecond: (count - startUp.pictures) / (cpu - startUp.seconds) },
    naive: speed(naive.stdout),
    python: other && speed(other.stdout),
  };
}

/** The shipped network as the file that the scripts load. */
async function compileShipped(workplace: Workplace): Promise<string> {
  const backbone = await loadBackbone(join(shippedModels, 'efficientnet-lite0'));
  const file = `${workplace.fresh('model')}.onnx`;
  writeFileSync(file, (await compileBackbone(backbone, { classes: false })).bytes);
  return file;
}

/** What both scripts print on their last line. */
function speed(stdout: string): Speed {
  const said = lastLine<{ pictures: number; seconds: number; cpu_seconds: number }>(stdout);
  return { second: said.pictures / said.seconds, cpuSecond: said.pictures / said.cpu_seconds };
}

interface Cpu {
  readonly pictures: number;
  readonly seconds: number;
}

/** The CPU time of a run in which every worker has only one picture. */
async function startUpCpu(workplace: Workplace): Promise<Cpu> {
  const folder = workplace.fresh('few');
  mkdirSync(folder);
  const few = (await picturesIn(flowers)).slice(0, availableParallelism());
  for (const file of few) cpSync(join(flowers, file), join(folder, basename(file)));
  const seconds: number[] = [];
  for (let i = 0; i < 3; i++) seconds.push((await indexFolder(folder, workplace.fresh('data'))).cpu);
  return { pictures: few.length, seconds: median(seconds) };
}

async function memoryRow(workplace: Workplace, count: number): Promise<Row> {
  const { samples } = await indexWatched(flowers, workplace.fresh('data'), 20);
  const peak = (values: readonly number[]): string => Math.max(...values).toFixed(0);
  const workers = samples.flatMap((sample) => sample.workers.map(({ rss }) => rss));
  const all = samples.map(({ main, workers: own }) => own.reduce((sum, { pss }) => sum + pss, main.pss));
  return {
    what: `memory while ${count} flowers are indexed, at its peak`,
    figure: noProc() ?? `${peak(all)} MiB in all (PSS)`,
    how: noProc() ?? `RSS: main process ${peak(samples.map((s) => s.main.rss))} MiB, a worker ${peak(workers)} MiB`,
  };
}

function speedRows(rounds: readonly Round[], count: number): Row[] {
  const figure = (speeds: readonly Speed[]): string =>
    `${spread(speeds.map((s) => s.second))} a second, ${spread(speeds.map((s) => s.cpuSecond))} a CPU-second`;
  const pythons = rounds.flatMap((round) => round.python ?? []);
  const faster = spread(
    rounds.map(({ work, naive }) => work.second / naive.second),
    2,
  );
  const leaner = rounds.flatMap(({ work, python }) => (python ? work.cpuSecond / python.cpuSecond : []));
  const leanerWhole = rounds.flatMap(({ whole, python }) => (python ? whole.cpuSecond / python.cpuSecond : []));
  return [
    {
      what: `\`indexer index\` of ${count} flowers: the whole command`,
      figure: figure(rounds.map(({ whole }) => whole)),
      how: `hashed, decoded, embedded, committed; from start to exit; median (least to most) of ${rounds.length} rounds`,
    },
    {
      what: 'the same, without the start of the processes',
      figure: figure(rounds.map(({ work }) => work)),
      how: "the sweep's own seconds; CPU less that of a run with one picture for each worker",
    },
    {
      what: 'a plain Node script: sharp, then the same network, one by one',
      figure: figure(rounds.map(({ naive }) => naive)),
      how: `embeds only; without imports and model loading; pixkin does ${faster} times its pictures a second`,
    },
    ...(pythons.length === 0
      ? []
      : [
          {
            what: 'a plain Python script: Pillow, ONNX Runtime with 2 threads',
            figure: figure(pythons),
            how: `embeds only; without imports and model loading; pixkin does ${spread(leaner, 2)} times its pictures a CPU-second, ${spread(leanerWhole, 2)} with its own start counted`,
          },
        ]),
  ];
}

function pythonMissing(): string | null {
  if (!existsSync(python)) return '../shared/peers/embed_pil_ort.py is missing';
  const { status } = spawnSync('python3', ['-c', 'import onnxruntime, PIL, numpy']);
  return status === 0 ? null : 'python3 with onnxruntime, pillow and numpy is not installed';
}

await runAlone(import.meta.url, throughput);
