/**
 * TensorFlow.js' layers model: `model.json` with the topology and a manifest of weights, which lie in files beside it.
 */
import { dirname } from 'node:path';
import { z } from 'zod';
import type { StoredTensor, WeightsFile } from '../network.ts';
import type { OpenFile } from './bytes.ts';
import { elementsOf, invalidFile, isRecord, isShape, parseJson } from './invalid.ts';
import { byLayer } from './named.ts';
import { readFloats } from './numbers.ts';
import { type Shards, shardsOf } from './shards.ts';
import { inTopologyOrder } from './topology-order.ts';

const LARGEST_JSON = 2 ** 27;

const shape = z.custom<number[]>(isShape, 'expected sizes');
/** How the converter makes weights smaller: half floats, or whole numbers whose float is `code * scale + min`. */
const quantization = z.union([
  z.object({ dtype: z.literal('float16') }),
  z.object({ dtype: z.enum(['uint8', 'uint16']), scale: z.number(), min: z.number() }),
]);
const weight = z.object({
  name: z.string(),
  shape,
  dtype: z.enum(['float32', 'int32', 'bool']),
  quantization: quantization.optional(),
});
const manifest = z.array(z.object({ paths: z.array(z.string()), weights: z.array(weight) }));
type Weight = z.infer<typeof weight>;

/** @param file an open JSON file, at `path`; it stays open. Shards are opened when they are read */
export function openTfjs(file: OpenFile, path: string): WeightsFile {
  const { label } = file;
  const json = readJson(file);
  const { modelTopology: model, weightsManifest } = requireLayersModel(json, label);
  const parsed = manifest.safeParse(weightsManifest);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalidFile(label, `weightsManifest: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`);
  }
  const tensors = parsed.data.flatMap(({ paths, weights }) => {
    const shards = shardsOf(dirname(path), paths, label);
    return place(weights, shards, label);
  });
  const topology = model.model_config ?? model;
  return { layers: inTopologyOrder(byLayer(tensors), topology), topology, close: () => {} };
}

function readJson(file: OpenFile): unknown {
  if (file.size > LARGEST_JSON) {
    throw invalidFile(file.label, `expected JSON of at most ${LARGEST_JSON} bytes; got ${file.size}`);
  }
  const bytes = Buffer.alloc(file.size);
  file.read(bytes, 0);
  return parseJson(bytes.toString('utf8'), file.label);
}

function requireLayersModel(
  json: unknown,
  label: string,
): { modelTopology: Record<string, unknown>; weightsManifest: unknown } {
  if (!isRecord(json)) throw invalidFile(label, 'expected a TensorFlow.js model.json; got JSON of another kind');
  const { modelTopology, weightsManifest, format, weight_map: keras } = json;
  if (keras)
    throw invalidFile(
      label,
      'expected weights in one file; got a list of several files of Keras: save them without max_shard_size',
    );
  if (format === 'graph-model' || (isRecord(modelTopology) && 'node' in modelTopology)) {
    throw invalidFile(
      label,
      'expected a layers model of TensorFlow.js; got a graph model, which has no layers any more',
    );
  }
  if (!isRecord(modelTopology))
    throw invalidFile(label, 'expected modelTopology of a TensorFlow.js model.json; got none');
  if (!weightsManifest) throw invalidFile(label, 'expected weightsManifest of a TensorFlow.js model.json; got none');
  return { modelTopology, weightsManifest };
}

function place(weights: readonly Weight[], shards: Shards, label: string): StoredTensor[] {
  let end = 0;
  const tensors = weights.flatMap((weight) => {
    const position = end;
    end += bytesOf(weight);
    // Whole numbers of rank 0 and 1 are counters and seeds, no weights.
    if (weight.dtype !== 'float32' && weight.shape.length <= 1) return [];
    if (weight.dtype !== 'float32') throw invalidFile(label, `${weight.name}: expected float32; got ${weight.dtype}`);
    return [{ name: weight.name, shape: weight.shape, read: () => read(weight, shards, position) }];
  });
  if (shards.size === end) return tensors;
  throw invalidFile(label, `${shards.names} must have ${end} bytes, as weightsManifest says; got ${shards.size}`);
}

function bytesOf({ shape, dtype, quantization }: Weight): number {
  const codes = { float16: 2, uint8: 1, uint16: 2, float32: 4, int32: 4, bool: 1 };
  return elementsOf(shape) * codes[quantization?.dtype ?? dtype];
}

function read({ shape, quantization: how }: Weight, shards: Shards, position: number): Float32Array {
  const count = elementsOf(shape);
  if (!how) return readFloats(shards, position, count, 'f32');
  if (how.dtype === 'float16') return readFloats(shards, position, count, 'f16');
  const { scale, min } = how;
  return readFloats(shards, position, count, how.dtype === 'uint8' ? 'u8' : 'u16').map((code) => code * scale + min);
}
