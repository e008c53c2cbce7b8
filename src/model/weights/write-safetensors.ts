/**
 * Writes weights as safetensors, the form in which networks are kept.
 */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodeF16 } from '../../f16.ts';
import { isDiskFull, noRoom } from '../disk.ts';
import type { Tensor, VariableSpec, Weights } from '../network.ts';
import { elementsOf } from './invalid.ts';

interface Entry {
  readonly name: string;
  readonly dtype: 'F16' | 'F32';
  readonly tensor: Tensor;
}

/** What is held beside the weights while they are converted and written. */
const PIECE = 2 ** 20;

/**
 * Tensors are asked for one by one. The file appears whole or not at all: it is written beside `path`, synced, and renamed. The header lists the layers in the
 * order of `weights`; the numbers of type F32 lie before those of type F16, so that all of them are aligned.
 * @param o.dtype F16 halves the kernels; biases and the statistics of normalisations stay F32, where halves cost accuracy
 * @param o.metadata what else the header says, as text by keys
 * @returns the SHA-256 of the file, lower-case hexadecimal digits, and its size
 * @throws PixkinError `data_unwritable` (no room), RangeError where a kernel has a number that a half cannot hold
 */
export async function writeSafetensors(
  weights: Weights,
  path: string,
  o: { dtype: 'F16' | 'F32'; metadata?: Readonly<Record<string, string>> },
): Promise<{ sha256: string; bytes: number }> {
  const entries = [...weights].flatMap(([layer, variables]) =>
    variables.map((variable) => ({
      name: `${layer}/${variable.name}`,
      dtype: typeFor(variable, o.dtype),
      tensor: variable,
    })),
  );
  const ordered = [
    ...entries.filter(({ dtype }) => dtype === 'F32'),
    ...entries.filter(({ dtype }) => dtype === 'F16'),
  ];
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const written = await writeSynced(temporary, pieces(header(entries, ordered, o.metadata), ordered));
    await rename(temporary, path);
    await syncFolder(dirname(path));
    return written;
  } catch (error) {
    await rm(temporary, { force: true });
    throw isDiskFull(error) ? noRoom(dirname(path), 'weights could not be written', error) : error;
  }
}

const typeFor = ({ name }: VariableSpec, dtype: 'F16' | 'F32'): 'F16' | 'F32' =>
  name.endsWith('kernel') ? dtype : 'F32';

function header(
  entries: readonly Entry[],
  ordered: readonly Entry[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  let end = 0;
  const places = new Map(
    ordered.map((entry) => {
      const start = end;
      end += elementsOf(entry.tensor.shape) * (entry.dtype === 'F16' ? 2 : 4);
      return [entry, [start, end]];
    }),
  );
  const listed = entries.map((entry) => {
    const { name, dtype, tensor } = entry;
    return [name, { dtype, shape: tensor.shape, data_offsets: places.get(entry) }] as const;
  });
  if (new Set(listed.map(([name]) => name)).size < listed.length) throw new Error('two tensors have the same name');
  const json = JSON.stringify({ __metadata__: { ...metadata, format: 'pixkin' }, ...Object.fromEntries(listed) });
  const length = Math.ceil(Buffer.byteLength(json) / 8) * 8;
  const bytes = Buffer.alloc(8 + length, ' ');
  bytes.writeBigUInt64LE(BigInt(length), 0);
  bytes.write(json, 8);
  return bytes;
}

function* pieces(first: Uint8Array, entries: readonly Entry[]): Generator<Uint8Array> {
  yield first;
  for (const { name, dtype, tensor } of entries) {
    // Once: they may be read from a file at each time.
    const { data } = tensor;
    if (data.length !== elementsOf(tensor.shape)) throw new Error(`${name}: ${data.length} numbers have another shape`);
    for (let done = 0; done < data.length; done += PIECE) {
      const some = data.subarray(done, done + PIECE);
      yield dtype === 'F16' ? halves(some, name) : new Uint8Array(some.buffer, some.byteOffset, some.byteLength);
    }
  }
}

function halves(numbers: Float32Array, name: string): Uint8Array {
  const tooLarge = numbers.find((number) => Math.abs(number) >= 65520);
  if (tooLarge !== undefined) throw new RangeError(`${name}: F16 holds numbers up to 65504; got ${tooLarge}`);
  return encodeF16(numbers);
}

async function writeSynced(path: string, data: Iterable<Uint8Array>): Promise<{ sha256: string; bytes: number }> {
  const file = await open(path, 'wx');
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for (const piece of data) {
      hash.update(piece);
      await writeAll(file, piece);
      bytes += piece.length;
    }
    await file.sync();
    return { sha256: hash.digest('hex'), bytes };
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let done = 0; done < piece.length; ) done += (await file.write(piece, done)).bytesWritten;
}

/** Without this a crash could forget the new name. Folders cannot be opened on Windows. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
