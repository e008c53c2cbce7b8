/**
 * A head as bytes: what the catalog keeps of it.
 *
 * `PXKH`, the version and the length of the header (uint32 each), a header in JSON with all but the layers' numbers, these as float32, layer by layer,
 * weights before biases, and the SHA-256 of all before it. Everything is little endian.
 */
import { createHash } from 'node:crypto';
import { PixkinError } from '../errors.ts';
import type { DenseLayer, Head } from './head.ts';

const magic = 'PXKH';
const version = 1;
const prefixBytes = 12;
const hashBytes = 32;

interface Header extends Omit<Head, 'layers'> {
  readonly layers: readonly Pick<DenseLayer, 'inputs' | 'outputs'>[];
}

export function encodeHead(head: Head): Uint8Array {
  const layers = head.layers.map(({ inputs, outputs }) => ({ inputs, outputs }));
  const header = Buffer.from(JSON.stringify({ ...head, layers } satisfies Header));
  const prefix = Buffer.alloc(prefixBytes);
  prefix.write(magic, 'latin1');
  prefix.writeUInt32LE(version, 4);
  prefix.writeUInt32LE(header.length, 8);
  const numbers = head.layers.flatMap(({ weights, biases }) => [toBytes(weights), toBytes(biases)]);
  const parts = [prefix, header, ...numbers];
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return Buffer.concat([...parts, hash.digest()]);
}

/**
 * @param bytes what `encodeHead` gave, at any alignment
 * @throws PixkinError `head_damaged`: a byte is missing or another one; or a later pixkin wrote it
 */
export function decodeHead(bytes: Uint8Array): Head {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (all.length < prefixBytes + hashBytes || all.toString('latin1', 0, 4) !== magic) {
    throw new PixkinError(
      'head_damaged',
      `a head must begin with ${magic} and have a checksum; got ${all.length} bytes`,
    );
  }
  const content = all.subarray(0, -hashBytes);
  if (!createHash('sha256').update(content).digest().equals(all.subarray(-hashBytes))) {
    throw new PixkinError('head_damaged', 'the head is damaged: its SHA-256 is not the one that was stored with it');
  }
  const found = all.readUInt32LE(4);
  if (found !== version) {
    throw new PixkinError('head_damaged', `a head's version must be ${version}; got ${found}`, {
      hint: 'a later pixkin wrote it: use that one, or train again',
    });
  }
  const start = prefixBytes + all.readUInt32LE(8);
  const header = JSON.parse(content.toString('utf8', prefixBytes, start)) as Header;
  let at = start;
  const take = (count: number): Float32Array => {
    at += 4 * count;
    return fromBytes(content.subarray(at - 4 * count, at));
  };
  const layers = header.layers.map(({ inputs, outputs }) => ({
    inputs,
    outputs,
    weights: take(inputs * outputs),
    biases: take(outputs),
  }));
  return { ...header, layers };
}

function toBytes(numbers: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  for (let i = 0; i < numbers.length; i++) view.setFloat32(4 * i, numbers[i]!, true);
  return new Uint8Array(view.buffer);
}

function fromBytes(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Float32Array(bytes.byteLength / 4);
  for (let i = 0; i < numbers.length; i++) numbers[i] = view.getFloat32(4 * i, true);
  return numbers;
}
