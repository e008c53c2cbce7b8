/**
 * Keras 3's `.keras`: a zip with the topology in `config.json` and the weights in `model.weights.h5`.
 */
import { text } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl';
import { PixkinError } from '../../errors.ts';
import type { WeightsFile } from '../network.ts';
import { type Bytes, type OpenFile, partOf } from './bytes.ts';
import { invalidFile, parseJson } from './invalid.ts';
import { openKerasH5 } from './keras-h5.ts';
import { type Spooled, spool } from './spool.ts';

const CONFIG = 'config.json';
const WEIGHTS = 'model.weights.h5';
const LARGEST_CONFIG = 2 ** 26;
/** Weights hardly get smaller when they are packed: what grows more than this, and beyond the second number, is a trap. */
const LARGEST_EXPANSION = 100;
const EXPANSION_FLOOR = 2 ** 28;
const MOST_ENTRIES = 10_000;
const PIECE = 2 ** 20;

/** @param file an open zip, which must stay open until the tensors were read */
export async function openKerasArchive(file: OpenFile): Promise<WeightsFile> {
  const zip = await reading(file.label, () => fromFdPromise(file.fd, { autoClose: false }));
  const entries = await reading(file.label, () => list(zip, file.label));
  const config = find(entries, CONFIG, file.label);
  const topology = parseJson(await readText(zip, config, file.label), `${file.label}, ${CONFIG}`);
  const member = await openMember(zip, find(entries, WEIGHTS, file.label), file);
  try {
    const weights = await openKerasH5(member.bytes, `${file.label}, ${WEIGHTS}`);
    const close = (): void => {
      weights.close();
      member.close();
    };
    return { layers: weights.layers, topology, close };
  } catch (error) {
    member.close();
    throw error;
  }
}

async function list(zip: ZipFile, label: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  if (zip.entryCount > MOST_ENTRIES) throw invalidFile(label, `expected a .keras archive; got ${zip.entryCount} files`);
  for await (const entry of zip.eachEntry()) {
    if (entries.has(entry.fileName)) throw invalidFile(label, `expected one ${entry.fileName} in the archive; got two`);
    entries.set(entry.fileName, entry);
  }
  return entries;
}

function find(entries: ReadonlyMap<string, Entry>, name: string, label: string): Entry {
  const entry = entries.get(name);
  if (entry) return entry;
  const there = [...entries.keys()].slice(0, 5).join(', ') || 'nothing';
  throw invalidFile(label, `expected a .keras archive with ${CONFIG} and ${WEIGHTS}; got one with ${there}`);
}

async function readText(zip: ZipFile, entry: Entry, label: string): Promise<string> {
  if (entry.uncompressedSize > LARGEST_CONFIG) {
    throw invalidFile(
      label,
      `${entry.fileName} must have at most ${LARGEST_CONFIG} bytes; got ${entry.uncompressedSize}`,
    );
  }
  return reading(label, async () => text(await zip.openReadStreamPromise(entry)));
}

/** As Keras writes it, not packed, the member is read where it lies; packed, it is unpacked to a temporary file first. */
async function openMember(zip: ZipFile, entry: Entry, file: OpenFile): Promise<Spooled> {
  const { label } = file;
  const { compressedSize, uncompressedSize, fileName } = entry;
  if (uncompressedSize > Math.max(EXPANSION_FLOOR, LARGEST_EXPANSION * compressedSize)) {
    throw invalidFile(label, `${fileName} must not grow from ${compressedSize} to ${uncompressedSize} bytes`);
  }
  const member = await reading(label, async () => {
    if (entry.compressionMethod !== 0) return spool(() => zip.openReadStreamPromise(entry));
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
    return { bytes: partOf(file, fileDataStart, uncompressedSize), close: () => {} };
  });
  try {
    const found = checksum(member.bytes);
    if (found === entry.crc32) return member;
    throw invalidFile(label, `${fileName} must have the checksum ${entry.crc32}; got ${found}`);
  } catch (error) {
    member.close();
    throw error;
  }
}

function checksum(bytes: Bytes): number {
  const piece = Buffer.alloc(Math.min(PIECE, bytes.size));
  let sum = 0;
  for (let done = 0; done < bytes.size; done += PIECE) {
    const some = piece.subarray(0, Math.min(PIECE, bytes.size - done));
    bytes.read(some, done);
    sum = crc32(some, sum);
  }
  return sum;
}

async function reading<T>(label: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof PixkinError) throw cause;
    throw invalidFile(label, `expected a .keras archive; ${(cause as Error).message}`, cause);
  }
}
