/**
 * Reading Protocol Buffers: the fields of one message, as they lie in the file.
 * Source: https://protobuf.dev/programming-guides/encoding
 */

/** One field of a message. */
export interface Field {
  readonly number: number;
  /** Key and value. */
  readonly whole: Uint8Array;
  /** Text, bytes, or the message inside; empty where the value is a number. */
  readonly content: Uint8Array;
  /** The value of an integer that is not negative; undefined of any other field. */
  readonly integer?: number;
}

/** Bytes of a number, by its wire type. */
const fixedSizes: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/**
 * The fields of a message in the file's order.
 * @throws RangeError where the bytes are none
 */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++];
      if (byte === undefined || factor > 2 ** 63) throw new RangeError(`no Protocol Buffers message: byte ${at}`);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const start = at;
    const key = varint();
    const [number, type] = [Math.floor(key / 8), key % 8];
    const integer = type === 0 ? varint() : undefined;
    const length = type === 2 ? varint() : (fixedSizes[type] ?? 0);
    const from = at;
    at += length;
    if (at > message.length || (type !== 0 && type !== 2 && length === 0)) {
      throw new RangeError(`no Protocol Buffers message: byte ${start}`);
    }
    yield {
      number,
      whole: message.subarray(start, at),
      content: type === 2 ? message.subarray(from, at) : new Uint8Array(),
      ...(integer !== undefined && { integer }),
    };
  }
}
