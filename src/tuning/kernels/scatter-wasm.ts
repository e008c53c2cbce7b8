/**
 * scatter.wat in binary form (716 bytes; `wat2wasm` of wabt 1.0.39), as sums-wasm.ts has sums.wat.
 */
import { wasmModule } from '../../wasm.ts';

/** Addresses and distances in bytes, counts from 1. */
export interface Scatter {
  /** Adds `dy` to `dx` at the first pixel of a window where `x` is `y`, for each channel. */
  largest(
    x: number,
    dx: number,
    row: number,
    step: number,
    rows: number,
    columns: number,
    y: number,
    dy: number,
    channels: number,
  ): void;
  /** Adds `share * dy` to each of some pixels. */
  evenly(dx: number, columns: number, dy: number, channels: number, share: number): void;
  /** Copies `count` numbers of `dy` to `dx`; 0 where that of `x` is not `least` to `most`. */
  within(x: number, dy: number, dx: number, count: number, least: number, most: number): void;
}

/** Base64, in pieces. */
export const scatterBinary: readonly string[] = [
  'AGFzbQEAAAABHgNgCX9/f39/f39/fwBgBX9/f399AGAGf39/f319AAIQAQR0ZmpzBm1lbW9yeQIAAQMEAwABAgcdAwdsYXJnZXN0AAAGZXZlbmx5AAEG',
  'd2l0aGluAAIK6gQDxAIDBX8DewJ9A0AgACEJIAEhCiAEIQsgCEEETwRAQQQhDSAG/QAEACEOIAf9AAQAIQ8DQCAFIQwDQCAJ/QAEACAO/UEhECAKIAr9',
  'AAQAIA8gEP1O/eQB/QsEACAPIBD9TyEPIAkgA2ohCSAKIANqIQogDEEBayIMDQALIAkgAiAFIANsa2ohCSAKIAIgBSADbGtqIQogC0EBayILDQALBUEB',
  'IQ0gBioCACERIAcqAgAhEgNAIAUhDANAIAkqAgAgEVsEQCAKIAoqAgAgEpI4AgBDAAAAACESCyAJIANqIQkgCiADaiEKIAxBAWsiDA0ACyAJIAIgBSAD',
  'bGtqIQkgCiACIAUgA2xraiEKIAtBAWsiCw0ACwsgCCANayEIIA1BAnQhDSAAIA1qIQAgASANaiEBIAYgDWohBiAHIA1qIQcgCA0ACwuBAQECfwNAIAIh',
  'BSADIQYDQCAGQQRPBEAgACAA/QAEACAF/QAEACAE/RP95gH95AH9CwQAIABBEGohACAFQRBqIQUgBkEEayEGBSAAIAAqAgAgBSoCACAElJI4AgAgAEEE',
  'aiEAIAVBBGohBSAGQQFrIQYLIAYNAAsgAUEBayIBDQALC54BAgF9AXsCQANAIANFDQEgA0EETwRAIAD9AAQAIQcgAiAB/QAEACAHIAT9E/1GIAcgBf0T',
  '/UX9Tv1O/QsEACAAQRBqIQAgAUEQaiEBIAJBEGohAiADQQRrIQMFIAAqAgAhBiACIAEqAgBDAAAAACAGIARgIAYgBV9xGzgCACAAQQRqIQAgAUEEaiEB',
  'IAJBBGohAiADQQFrIQMLDAALCws=',
];

const newModule = wasmModule<Scatter>(scatterBinary);

/** @param memory WebAssembly.Memory of the backend */
export const scatterIn = (memory: object): Scatter => newModule({ tfjs: { memory } });
