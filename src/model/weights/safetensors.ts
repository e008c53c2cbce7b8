/**
 * safetensors: the length of a header (8 bytes), the header (JSON: type, shape and place of each tensor), the numbers. All of
 * the header is checked before any number is read. https://huggingface.co/docs/safetensors
 */
import type { StoredTensor, WeightsFile } from '../network.ts';
import type { Bytes, OpenFile } from './bytes.ts';
import { elementsOf, invalidFile, isRecord, isShape, parseJson } from './invalid.ts';
import { byLayer } from './named.ts';
import { type NumberType, readFloats } from './numbers.ts';

/** The format's own limit. */
const LARGEST_HEADER = 100_000_000;
/** Floats that can be read, and by their bytes the types that can only be stepped over. */
const floats: Readonly<Record<string, NumberType>> = { F16: 'f16', BF16: 'bf16', F32: 'f32', F64: 'f64' };
const typeBytes: Readonly<Record<string, number>> = {
  ...{ F16: 2, BF16: 2, F32: 4, F64: 8, F8_E4M3: 1, F8_E5M2: 1 },
  ...{ BOOL: 1, U8: 1, I8: 1, U16: 2, I16: 2, U32: 4, I32: 4, U64: 8, I64: 8 },
};

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** From the end of the header on. */
  readonly start: number;
  readonly end: number;
}

/** The header's length, where the first bytes can be those of a safetensors file. */
export function headerLength(bytes: Bytes): number | undefined {
  if (bytes.size < 9) return undefined;
  const first = new Uint8Array(9);
  bytes.read(first, 0);
  const length = new DataView(first.buffer).getBigUint64(0, true);
  return first[8] === 0x7b && length <= LARGEST_HEADER ? Number(length) : undefined;
}

/** @param file must stay open until the tensors were read. They come in the order of the header */
export function openSafetensors(file: OpenFile): WeightsFile {
  const { label } = file;
  const length = headerLength(file);
  if (length === undefined)
    throw invalidFile(label, 'expected a safetensors file; its first bytes are not those of one');
  const data = file.size - 8 - length;
  if (data < 0) throw invalidFile(label, `expected a header of ${length} bytes; the file has ${file.size} bytes`);
  const header = Buffer.alloc(length);
  file.read(header, 8);
  const json = parseJson(header.toString('utf8'), `${label}, header`);
  const { __metadata__: metadata, ...tensors } = json as Record<string, unknown>;
  const entries = Object.entries(tensors).map(([name, value]) => entry(name, value, label));
  requireCovered(entries, data, label);
  return {
    layers: byLayer(entries.flatMap((one) => stored(file, one, 8 + length))),
    // Others' writers sort by name or by size.
    unordered: !isRecord(metadata) || metadata.format !== 'pixkin',
    topology: undefined,
    close: () => {},
  };
}

function entry(name: string, value: unknown, label: string): Entry {
  const where = `${label}, ${name}`;
  if (!isRecord(value)) throw invalidFile(where, 'expected dtype, shape and data_offsets; got something else');
  const { dtype, shape, data_offsets: place } = value;
  const width = typeof dtype === 'string' && Object.hasOwn(typeBytes, dtype) ? typeBytes[dtype] : undefined;
  if (width === undefined) throw invalidFile(where, `expected a dtype of ${Object.keys(typeBytes)}; got ${dtype}`);
  if (!isShape(shape)) throw invalidFile(where, `expected a shape; got ${JSON.stringify(shape)}`);
  if (!Array.isArray(place) || place.length !== 2 || !place.every((at) => Number.isSafeInteger(at) && at >= 0)) {
    throw invalidFile(where, `expected two data_offsets; got ${JSON.stringify(place)}`);
  }
  const [start, end] = place as [number, number];
  const bytes = elementsOf(shape) * width;
  if (end - start === bytes) return { name, dtype: dtype as string, shape, start, end };
  throw invalidFile(
    where,
    `${dtype} ${JSON.stringify(shape)} must have ${bytes} bytes; data_offsets say ${end - start}`,
  );
}

/** The tensors must lie one after the other, and nothing else beside them: neither a gap nor an overlap. */
function requireCovered(entries: readonly Entry[], size: number, label: string): void {
  let end = 0;
  for (const one of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (one.start !== end) throw invalidFile(label, `expected ${one.name} at ${end}; data_offsets say ${one.start}`);
    end = one.end;
  }
  if (end !== size) throw invalidFile(label, `expected ${end} bytes after the header, as it says; got ${size}`);
}

function stored(file: OpenFile, { name, dtype, shape, start }: Entry, data: number): StoredTensor[] {
  const type = floats[dtype];
  // Whole numbers of rank 0 and 1 are counters, no weights.
  if (!type && shape.length <= 1) return [];
  const read = (): Float32Array => {
    if (!type) throw invalidFile(`${file.label}, ${name}`, `expected floats; got ${dtype}`);
    return readFloats(file, data + start, elementsOf(shape), type);
  };
  return [{ name, shape, read }];
}
