/**
 * dot.wat in binary form (223 bytes; `wat2wasm` of wabt 1.0.39), held as text so that no build step and no file beside the code is needed.
 */
import { type WasmMemory, wasmModule } from '../wasm.ts';

/** Addresses and lengths in bytes of the module's memory, which grows to 1 GiB. */
export interface DotModule {
  readonly memory: WasmMemory;
  dot(a: number, b: number, bytes: number): number;
}

/** Base64, in pieces. */
export const dotBinary: readonly string[] = [
  'AGFzbQEAAAABCAFgA39/fwF9AwIBAAUGAQEBgIABBxACBm1lbW9yeQIAA2RvdAAACqwBAakBAgF/BHsgACACaiEDA0AgBCAA/QAEACAB/QAEAP3mAf3kASEE',
  'IAUgAP0ABBAgAf0ABBD95gH95AEhBSAGIAD9AAQgIAH9AAQg/eYB/eQBIQYgByAA/QAEMCAB/QAEMP3mAf3kASEHIABBwABqIQAgAUHAAGohASAAIANJDQAL',
  'IAQgBf3kASAGIAf95AH95AEhBCAE/R8AIAT9HwGSIAT9HwIgBP0fA5KSCw==',
];

/** Each instance has a memory of its own. */
export const newDotModule: () => DotModule = wasmModule<DotModule>(dotBinary);
