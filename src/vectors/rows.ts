import { pageBytes } from '../wasm.ts';
import { type DotModule, newDotModule } from './dot-wasm.ts';

/** Vectors of one length in WebAssembly's memory, where four numbers are multiplied at a time. */
export interface Rows {
  /** Writes `vector * scale`; rows are numbered from 0, and each is at most one more than those before. */
  put(row: number, vector: Float32Array, scale: number): void;
  /** A view that the next `put` may take away or overwrite. */
  view(row: number): Float32Array;
  /** Dot product of a row and `query`, whose numbers must not change meanwhile. In single precision: right to some 1e-7 for vectors of length 1. */
  dot(query: Float32Array, row: number): number;
  clear(): void;
}

interface Segment {
  readonly module: DotModule;
  /** What lies at address 0. */
  query: Float32Array | null;
}

/** As dot.wat has it. */
const mostMemory = 2 ** 30;
/** A step of growth: 4 MiB. */
const stepPages = 64;
/** Numbers that dot.wat takes at a time. */
const together = 16;

/** @param mostBytes of one memory, a multiple of `pageBytes`; what is more goes into the next */
export function createRows(dim: number, mostBytes = mostMemory): Rows {
  // Zeros behind a row add nothing.
  const stride = 4 * together * Math.ceil(dim / together);
  const rowsInSegment = Math.floor(mostBytes / stride) - 1;
  const segments: Segment[] = [];

  const addressOf = (row: number): number => stride * (1 + (row % rowsInSegment));
  const segmentOf = (row: number): Segment => segments[Math.floor(row / rowsInSegment)]!;
  const numbersAt = ({ module }: Segment, address: number): Float32Array =>
    new Float32Array(module.memory.buffer, address, dim);

  return {
    put(row, vector, scale) {
      if (row === segments.length * rowsInSegment) segments.push({ module: newDotModule(), query: null });
      const segment = segmentOf(row);
      const address = addressOf(row);
      const { memory } = segment.module;
      const lacking = address + stride - memory.buffer.byteLength;
      if (lacking > 0) {
        const pages = Math.ceil(lacking / pageBytes);
        memory.grow(Math.min(Math.max(pages, stepPages), (mostBytes - memory.buffer.byteLength) / pageBytes));
      }
      // In place: a copy for each row would set off one full garbage collection after the other.
      const numbers = numbersAt(segment, address);
      for (let i = 0; i < dim; i++) numbers[i] = vector[i]! * scale;
    },
    view: (row) => numbersAt(segmentOf(row), addressOf(row)),
    dot(query, row) {
      const segment = segmentOf(row);
      if (segment.query !== query) {
        numbersAt(segment, 0).set(query);
        segment.query = query;
      }
      return segment.module.dot(0, addressOf(row), stride);
    },
    clear: () => void segments.splice(0),
  };
}
