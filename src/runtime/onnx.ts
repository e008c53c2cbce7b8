/**
 * ONNX Runtime: the port Session over a compiled network. This file owns the package onnxruntime-node.
 */
import { env, InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { PixkinError } from '../errors.ts';
import type { Backbone } from '../model/backbone.ts';
import { type CompiledNetwork, compileBackbone } from '../model/compile.ts';
import { writeOnnx } from '../model/to-onnx/onnx-file.ts';
import type { Matrix, Product } from '../projection/product.ts';
import type { Device, NetworkOutput, Pixels, Session } from '../types.ts';
import { agree, chooseDevice, type NamedDevice, providers } from './device.ts';
import { checkFit } from './fit.ts';
import { inputData } from './tensor.ts';

// Whatever goes wrong comes back as an exception; without this ONNX Runtime also writes it to stderr, once for each
// device that is tried in vain.
env.logLevel = 'fatal';

/** Pictures in one run. The arena keeps its largest size: on a CPU, 8 at once are slower for each than 4. */
const largestBatch = { cpu: 4, other: 32 } as const;

type Opened = Pick<Session, 'run' | 'close'>;

/** What this build of ONNX Runtime offers, in its own names: `cpu`, `cuda`, `coreml`, `dml`, `webgpu`, … */
export function offeredProviders(): string[] {
  return listSupportedBackends().map(({ name }) => name);
}

/**
 * Loads a compiled network and checks it against what is said of it.
 * @param network a backbone is compiled, for embeddings only
 * @param o.threads threads inside one run, 1 or more; processes with one each are faster than one process with many
 * @throws PixkinError `backbone_invalid`, `device_unavailable`
 */
export async function openOnnxSession(
  network: CompiledNetwork | Backbone,
  o: { device: Device; threads: number },
): Promise<Session> {
  const compiled = 'bytes' in network ? network : await compileBackbone(network, { classes: false });
  // The CPU comes first, always: it tells a broken file from a missing device, and other devices must give its numbers.
  const cpu = await open(compiled, 'cpu', o.threads);
  try {
    const { opened, report } = await chooseDevice(o.device, offeredProviders(), async (device) => {
      const other = await open(compiled, device, o.threads);
      try {
        const picture = [probe(compiled)];
        const [[theirs], [ours]] = [await other.run(picture), await cpu.run(picture)];
        agree(theirs!.vector, ours!.vector);
        return other;
      } catch (error) {
        await other.close();
        throw error;
      }
    });
    if (opened) await cpu.close();
    return asSession(opened ?? cpu, { dim: compiled.output.dim, device: report });
  } catch (error) {
    await cpu.close();
    throw error;
  }
}

/** Apart from where it was opened, so that it does not keep the file in memory: that may be hundreds of megabytes. */
function asSession({ run, close }: Opened, facts: Pick<Session, 'dim' | 'device'>): Session {
  return { ...facts, run, close };
}

async function open(network: CompiledNetwork, device: NamedDevice, threads: number): Promise<Opened> {
  const { bytes, input, output, classes, label } = network;
  const session = await InferenceSession.create(bytes, {
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
    fixed = checkFit(network, session.inputMetadata, session.outputMetadata);
  } catch (error) {
    await session.release();
    throw error;
  }
  const most = fixed ?? (device === 'cpu' ? largestBatch.cpu : largestBatch.other);
  const names = [output.name, ...(classes ? [classes.output] : [])];

  const runSome = async (batch: readonly Pixels[]): Promise<NetworkOutput[]> => {
    const { data, dims } = inputData(input, batch, fixed ?? batch.length);
    const results = await session.run({ [input.name]: new Tensor(input.type, data, dims) }, names);
    const each = (name: string): ((i: number) => Float32Array) => {
      const numbers = results[name]?.data;
      const length = (numbers?.length ?? 0) / dims[0];
      if (!(numbers instanceof Float32Array) || (name === output.name && length !== output.dim)) {
        const [folder, file] = label.split('/');
        const problem = `${folder}/model.json: output.dim is ${output.dim}, but ${file} gave ${length} numbers for a picture`;
        throw new PixkinError('backbone_invalid', problem);
      }
      // Copies: the numbers of a run lie in ONNX Runtime's own memory.
      return (i) => numbers.slice(i * length, (i + 1) * length);
    };
    const vector = each(output.name);
    const scores = classes && each(classes.output);
    return batch.map((_, i) => ({ vector: vector(i), ...(scores && { classes: scores(i) }) }));
  };

  return {
    async run(batch) {
      const outputs: NetworkOutput[] = [];
      for (let start = 0; start < batch.length; start += most) {
        outputs.push(...(await runSome(batch.slice(start, start + most))));
      }
      return outputs;
    },
    close: () => session.release(),
  };
}

/** A picture that is the same everywhere, with colours and edges in it. */
function probe({ input }: CompiledNetwork): Pixels {
  const { width, height } = input;
  return {
    width,
    height,
    data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + (i >> 6) * 11) % 256),
  };
}

/** Products of large matrices on the CPU: some fifty times as fast as a loop. */
export async function openProduct(): Promise<Product> {
  const options = { enableCpuMemArena: false, logSeverityLevel: 4 } as const;
  const [plain, transposed] = await Promise.all(
    [0, 1].map((transB) => InferenceSession.create(productGraph(transB), options)),
  );
  return async (a, b, { transposeB = false } = {}) => {
    const tensor = ({ data, rows, columns }: Matrix) => new Tensor('float32', data, [rows, columns]);
    const { c } = await (transposeB ? transposed! : plain!).run({ a: tensor(a), b: tensor(b) });
    const [rows, columns] = c!.dims as [number, number];
    return { data: (c!.data as Float32Array).slice(), rows, columns };
  };
}

function productGraph(transB: number): Uint8Array {
  const matrix = (name: string, ...dims: string[]) => ({ name, type: 'float32', dims }) as const;
  return writeOnnx({
    name: 'product',
    nodes: [{ op: 'Gemm', name: 'product', inputs: ['a', 'b'], outputs: ['c'], attributes: { transB } }],
    initializers: [],
    inputs: [matrix('a', 'm', 'k'), transB ? matrix('b', 'n', 'k') : matrix('b', 'k', 'n')],
    outputs: [matrix('c', 'm', 'n')],
  });
}
