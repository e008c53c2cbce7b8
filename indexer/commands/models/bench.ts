import {
  type Backbone,
  benchNetwork,
  findBackbone,
  keepSpeeds,
  listNetworks,
  modelFoldersOf,
  PixkinError,
  type Runtime,
  type Speed,
  spaceOf,
} from '../../../src/index.ts';
import type { Context } from '../../context.ts';
import { type Flags, readPositive } from './flags.ts';

/** Times networks on this machine, those that are named or all that are there, with the processes that index. */
export async function bench(context: Context, names: readonly string[], flags: Flags): Promise<number> {
  const { config, io } = context;
  const seconds = readPositive('--seconds', flags.seconds ?? '3');
  const runtimes: readonly Runtime[] = flags.runtime === undefined ? ['onnx', 'tfjs'] : [flags.runtime];
  const networks = await chosen(names, config.data);
  const speeds: Speed[] = [];
  for (const runtime of runtimes) {
    for (const backbone of networks) {
      const speed = await time(context, backbone, runtime, seconds).catch((error: unknown) => {
        // One that nobody named and that is not installed is left out.
        if (flags.runtime !== undefined || runtime === 'onnx' || !isMissing(error)) throw error;
        return error.message;
      });
      if (typeof speed === 'string') {
        io.note(`${runtime}: ${speed}`);
        break;
      }
      speeds.push(speed);
      io.json({ type: 'speed', ...speed });
      const how = `${runtime} on ${speed.device}, ${speed.workers} processes`;
      io.text(`${speed.name}  ${speed.pictures_per_second.toFixed(1)} pictures a second (${how})`);
    }
  }
  await keepSpeeds(config.data, speeds);
  return 0;
}

function time(context: Context, backbone: Backbone, runtime: Runtime, seconds: number): Promise<Speed> {
  const { config, io, env, signal } = context;
  io.note(`${backbone.manifest.name} on ${runtime} …`);
  const { device, workers } = config;
  return benchNetwork(backbone, { space: spaceOf(backbone), runtime, device, workers, env, signal, seconds });
}

const isMissing = (error: unknown): error is PixkinError =>
  error instanceof PixkinError && error.code === 'device_unavailable';

async function chosen(names: readonly string[], data: string): Promise<Backbone[]> {
  const there = (await listNetworks(data)).filter(({ state }) => state === 'own' || state === 'shipped');
  const wanted = names.length > 0 ? names : there.map(({ name }) => name);
  return Promise.all(wanted.map((name) => findBackbone(name, modelFoldersOf(data))));
}
