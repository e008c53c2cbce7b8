/**
 * Writing Protocol Buffers: only what an ONNX file needs. A message is a list of pieces with known sizes, so that a file is
 * written once, into bytes of its very size, and a tensor's numbers need not be in memory before their turn.
 * Source: https://protobuf.dev/programming-guides/encoding
 */
import { PixkinError } from '../../errors.ts';

/** Bytes, or bytes that are made when their place is there. */
export type Piece = Uint8Array | { readonly length: number; write(target: Uint8Array): void };

/** The pieces of one message, or of some of its fields. */
export type Fields = readonly Piece[];

/** A message cannot be larger than this: its length is a signed 32-bit number in every implementation. */
export const LARGEST_MESSAGE = 2 ** 31 - 1;

const encoder = new TextEncoder();
const VARINT = 0;
const DELIMITED = 2;
const FIXED32 = 5;

/** An integer of any sign, -2^63 to 2^63 - 1: int32, int64 and enum are written alike. */
export function integer(field: number, value: number | bigint): Fields {
  return [Uint8Array.from([...varint(tag(field, VARINT)), ...varint(value)])];
}

export function float(field: number, value: number): Fields {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [Uint8Array.from([...varint(tag(field, FIXED32)), ...bytes])];
}

export function text(field: number, value: string): Fields {
  return delimited(field, [encoder.encode(value)]);
}

/** Bytes, or a message inside the message: they are written alike. */
export function delimited(field: number, content: Fields): Fields {
  return [Uint8Array.from([...varint(tag(field, DELIMITED)), ...varint(lengthOf(content))]), ...content];
}

/** @throws PixkinError `backbone_invalid` where the message is larger than LARGEST_MESSAGE */
export function toBytes(message: Fields): Uint8Array {
  const length = lengthOf(message);
  if (length > LARGEST_MESSAGE) {
    throw new PixkinError('backbone_invalid', `an ONNX file has at most ${LARGEST_MESSAGE} bytes; got ${length}`);
  }
  const bytes = new Uint8Array(length);
  let start = 0;
  for (const piece of message) {
    const target = bytes.subarray(start, start + piece.length);
    if (piece instanceof Uint8Array) target.set(piece);
    else piece.write(target);
    start += piece.length;
  }
  return bytes;
}

function lengthOf(pieces: Fields): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

function tag(field: number, wireType: number): number {
  return field * 8 + wireType;
}

/** Seven bits a byte, lowest first; a negative number as its 64-bit two's complement. */
function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}
