/**
 * ONNX Runtime: the port Session over an ONNX file. This file owns the package onnxruntime-node.
 */
import { basename } from 'node:path';
import { env, InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { PixkinError } from '../errors.ts';
import { type Backbone, readVerifiedModel } from '../model/backbone.ts';
import type { Device, Pixels, Session } from '../types.ts';
import { agree, chooseDevice, type NamedDevice, providers } from './device.ts';
import { checkFit } from './fit.ts';
import { inputData } from './tensor.ts';

// Whatever goes wrong comes back as an exception; without this ONNX Runtime also writes it to stderr, once for each
// device that is tried in vain.
env.logLevel = 'fatal';

/** Pictures in one run. The arena keeps its largest size: on a CPU, 8 at once are slower for each than 4. */
const largestBatch = { cpu: 4, other: 32 } as const;

/** What this build of ONNX Runtime offers, in its own names: `cpu`, `cuda`, `coreml`, `dml`, `webgpu`, … */
export function offeredProviders(): string[] {
  return listSupportedBackends().map(({ name }) => name);
}

/**
 * Loads a backbone's verified file and checks it against its manifest.
 * @param o.threads threads inside one run, 1 or more; processes with one each are faster than one process with many
 * @throws PixkinError `backbone_invalid`, `device_unavailable`
 */
export async function openOnnxSession(backbone: Backbone, o: { device: Device; threads: number }): Promise<Session> {
  const model = await readVerifiedModel(backbone);
  // The CPU comes first, always: it tells a broken file from a missing device, and other devices must give its numbers.
  const cpu = await open(backbone, model, 'cpu', o.threads);
  try {
    const { opened, report } = await chooseDevice(o.device, offeredProviders(), async (device) => {
      const other = await open(backbone, model, device, o.threads);
      try {
        const picture = [probe(backbone)];
        agree((await other.run(picture))[0]!, (await cpu.run(picture))[0]!);
        return other;
      } catch (error) {
        await other.close();
        throw error;
      }
    });
    if (opened) await cpu.close();
    return { dim: backbone.manifest.output.dim, device: report, ...(opened ?? cpu) };
  } catch (error) {
    await cpu.close();
    throw error;
  }
}

async function open(
  backbone: Backbone,
  model: Uint8Array,
  device: NamedDevice,
  threads: number,
): Promise<Pick<Session, 'run' | 'close'>> {
  const { file, input, output } = backbone.manifest;
  const label = `${basename(backbone.folder)}/${file}`;
  const session = await InferenceSession.create(model, {
    executionProviders: [providers[device]],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // With batches of a few fixed sizes the arena stops growing at once; without it, every run pays for fresh pages.
    enableCpuMemArena: true,
    logSeverityLevel: 4,
  }).catch((cause: Error) => {
    if (device !== 'cpu') throw cause;
    throw new PixkinError('backbone_invalid', `${label}: ONNX Runtime cannot load it: ${cause.message}`, { cause });
  });
  let fixed: number | null;
  try {
    fixed = checkFit(backbone, session.inputMetadata, session.outputMetadata);
  } catch (error) {
    await session.release();
    throw error;
  }
  const most = fixed ?? (device === 'cpu' ? largestBatch.cpu : largestBatch.other);

  const runSome = async (batch: readonly Pixels[]): Promise<Float32Array[]> => {
    const { data, dims } = inputData(input, batch, fixed ?? batch.length);
    const feeds = { [input.name]: new Tensor(input.type, data, dims) };
    const results = await session.run(feeds, [output.name]);
    const numbers = results[output.name]?.data;
    const dim = output.dim;
    if (!(numbers instanceof Float32Array) || numbers.length !== dims[0] * dim) {
      const got = `${(numbers?.length ?? 0) / dims[0]} numbers for a picture`;
      const field = `${basename(backbone.folder)}/model.json: output.dim`;
      throw new PixkinError('backbone_invalid', `${field} is ${dim}, but ${file} gave ${got}`);
    }
    // Copies: the numbers of a run lie in ONNX Runtime's own memory.
    return batch.map((_, i) => numbers.slice(i * dim, (i + 1) * dim));
  };

  return {
    async run(batch) {
      const vectors: Float32Array[] = [];
      for (let start = 0; start < batch.length; start += most) {
        vectors.push(...(await runSome(batch.slice(start, start + most))));
      }
      return vectors;
    },
    close: () => session.release(),
  };
}

/** A picture that is the same everywhere, with colours and edges in it. */
function probe({ manifest: { input } }: Backbone): Pixels {
  const { width, height } = input;
  return {
    width,
    height,
    data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + (i >> 6) * 11) % 256),
  };
}
