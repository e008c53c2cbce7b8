/**
 * TensorFlow.js: the port Session over a network as data.
 */
import { PixkinError } from '../errors.ts';
import type { InputSpec } from '../model/manifest.ts';
import type { Network } from '../model/network.ts';
import type { Normalisation } from '../model/normalisation.ts';
import { toTfjs } from '../model/to-tfjs/index.ts';
import type { Device, DeviceReport, Pixels, Session } from '../types.ts';
import { inputData } from './tensor.ts';
import { loadTfjs, type TfjsBackend } from './tfjs-load.ts';

/** What a network takes. */
export interface TfjsInput extends Normalisation {
  readonly width: number;
  readonly height: number;
  readonly colour: 'rgb' | 'bgr';
}

export interface TfjsOptions {
  /** `auto` when left out. */
  readonly backend?: TfjsBackend | undefined;
  /** Where it must run; absent: wherever the backend does. */
  readonly device?: Device | undefined;
}

/** A network with any number of outputs, ready to run. */
export interface TfjsNetwork {
  /** Length of one vector of each output. */
  readonly dims: readonly number[];
  readonly device: DeviceReport & { readonly runtime: string };
  /** For each picture one raw vector of each output, in the order in which they were asked for. */
  run(batch: readonly Pixels[]): Promise<Float32Array[][]>;
  close(): Promise<void>;
}

/** Pictures in one run: more are no faster on a CPU, and VGG's first layers take 13 MB for each. */
const largestBatch = { cpu: 4, other: 32 } as const;

/**
 * Opens a network on the TensorFlow.js that is installed. Its variables are read once, before this resolves.
 * @param outputs names of layers
 * @throws PixkinError `device_unavailable`, `backbone_invalid`
 */
export async function openTfjs(
  network: Network,
  input: TfjsInput,
  outputs: readonly string[],
  o: TfjsOptions = {},
): Promise<TfjsNetwork> {
  const { tf, device } = await loadTfjs(o.backend ?? 'auto');
  checkDevice(device, o.device ?? 'auto');
  const model = toTfjs(tf, network, outputs);
  const dims = model.outputs.map(({ shape }) => shape.slice(1).reduce<number>((product, size) => product * size!, 1));
  const spec = inputSpec(input);
  const most = device.device === 'cpu' ? largestBatch.cpu : largestBatch.other;
  let closed = false;

  const runSome = async (batch: readonly Pixels[]): Promise<Float32Array[][]> => {
    const { data, dims: shape } = inputData(spec, batch);
    const tensors = tf.tidy(() => [model.predictOnBatch(tf.tensor(data, [...shape], 'float32'))].flat());
    try {
      const all = await Promise.all(tensors.map((tensor) => tensor.data<'float32'>()));
      return batch.map((_, i) => all.map((numbers, j) => numbers.slice(i * dims[j]!, (i + 1) * dims[j]!)));
    } finally {
      tf.dispose(tensors);
    }
  };

  return {
    dims,
    device,
    async run(batch) {
      const vectors: Float32Array[][] = [];
      for (let start = 0; start < batch.length; start += most) {
        if (closed) throw new PixkinError('closed', 'the session is closed');
        vectors.push(...(await runSome(batch.slice(start, start + most))));
      }
      return vectors;
    },
    async close() {
      if (!closed) model.dispose();
      closed = true;
    },
  };
}

/**
 * Opens a network as a Session: its output, or that of the layer `o.output`.
 * @throws PixkinError `device_unavailable`, `backbone_invalid`
 */
export async function openTfjsSession(
  network: Network,
  input: TfjsInput,
  o: TfjsOptions & { readonly output?: string | undefined } = {},
): Promise<Session & Pick<TfjsNetwork, 'device'>> {
  const [[last]] = network.config.config.output_layers;
  const { dims, device, run, close } = await openTfjs(network, input, [o.output ?? last], o);
  return {
    dim: dims[0]!,
    device,
    run: async (batch) => (await run(batch)).map(([vector]) => ({ vector: vector! })),
    close,
  };
}

function checkDevice({ device, runtime }: TfjsNetwork['device'], asked: Device): void {
  if (asked === 'auto' || asked === device) return;
  const hint = asked === 'cpu' ? 'CUDA_VISIBLE_DEVICES=-1 hides the GPU' : undefined;
  const message = `device ${asked} cannot be used with TensorFlow.js: ${runtime} runs on ${device}`;
  throw new PixkinError('device_unavailable', message, { ...(hint && { hint }) });
}

function inputSpec({ width, height, colour, scale, mean, std }: TfjsInput): InputSpec {
  const three = ([a = 0, b = 0, c = 0]: readonly number[]): [number, number, number] => [a, b, c];
  const normalisation = { scale, mean: three(mean), std: three(std) };
  return { name: 'pixels', width, height, layout: 'nhwc', type: 'float32', colour, ...normalisation };
}
