/**
 * sums.wat in binary form (1165 bytes; `wat2wasm` of wabt 1.0.39), held as text so that no build step and no file beside the
 * code is needed. It works in the memory of TensorFlow.js' wasm backend: tensors need not be copied.
 */
import { wasmModule } from '../../wasm.ts';

/**
 * Two pictures that are swept together: where the first pixel of each lies, what leads to the next row and to the next pixel,
 * and how many rows of how many pixels there are. Addresses and distances in bytes, counts from 1.
 */
export type Sweep = readonly [
  x: number,
  xRow: number,
  xStep: number,
  dy: number,
  dyRow: number,
  dyStep: number,
  rows: number,
  steps: number,
];

/** Sums of products over all pixels of a sweep, added to what is at `target`. */
export interface Sums {
  /** `xChannels` rows of `dyChannels` numbers: each channel of one with each of the other. */
  outer(...at: [...sweep: Sweep, target: number, xChannels: number, dyChannels: number]): void;
  /** `channels` numbers: each channel of one with the same of the other. */
  inner(...at: [...sweep: Sweep, target: number, channels: number]): void;
}

/** Base64, in pieces. */
export const sumsBinary: readonly string[] = [
  'AGFzbQEAAAABLQRgC39/f39/f39/f39/AGAKf39/f39/f39/fwBgCX9/f39/f39/fwBgAn97AAIQAQR0ZmpzBm1lbW9yeQIAAQMJCAABAgACAQIDBxEC',
  'BW91dGVyAAAFaW5uZXIABQqjCAjQAQEDfyAKQQJ0IQ0DQEEAIQxBBEEBIAlBBE8bIQsDQCAKIAxrQQhJBEAgACABIAIgAyAMQQJ0aiAEIAUgBiAHIAgg',
  'DEECdGogDSALEAMgDEEBaiEMBSALQQRGBEAgACABIAIgAyAMQQJ0aiAEIAUgBiAHIAggDEECdGogDRABBSAAIAEgAiADIAxBAnRqIAQgBSAGIAcgCCAM',
  'QQJ0ahACCyAMQQhqIQwLIAwgCkkNAAsgACALQQJ0aiEAIAggCyANbGohCCAJIAtrIQkgCQ0ACwu3AgIDfwt7A0AgACEKIAMhCyAHIQwDQCAL/QAEACEN',
  'IAv9AAQQIQ4gCv0JAgAhDyAQIA8gDf3mAf3kASEQIBEgDyAO/eYB/eQBIREgCv0JAgQhDyASIA8gDf3mAf3kASESIBMgDyAO/eYB/eQBIRMgCv0JAggh',
  'DyAUIA8gDf3mAf3kASEUIBUgDyAO/eYB/eQBIRUgCv0JAgwhDyAWIA8gDf3mAf3kASEWIBcgDyAO/eYB/eQBIRcgCiACaiEKIAsgBWohCyAMQQFrIgwN',
  'AAsgACABaiEAIAMgBGohAyAGQQFrIgYNAAsgCCAQEAcgCEEQaiAREAcgCCAJaiEIIAggEhAHIAhBEGogExAHIAggCWohCCAIIBQQByAIQRBqIBUQByAI',
  'IAlqIQggCCAWEAcgCEEQaiAXEAcLgQECA38DewNAIAAhCSADIQogByELA0AgCf0JAgAhDCANIAwgCv0ABAD95gH95AEhDSAOIAwgCv0ABBD95gH95AEh',
  'DiAJIAJqIQkgCiAFaiEKIAtBAWsiCw0ACyAAIAFqIQAgAyAEaiEDIAZBAWsiBg0ACyAIIA0QByAIQRBqIA4QBwswAANAIAAgASACIAMgBCAFIAYgByAI',
  'EAQgAEEEaiEAIAggCWohCCAKQQFrIgoNAAsLYwIDfwF9A0AgACEJIAMhCiAHIQsDQCAMIAkqAgAgCioCAJSSIQwgCSACaiEJIAogBWohCiALQQFrIgsN',
  'AAsgACABaiEAIAMgBGohAyAGQQFrIgYNAAsgCCAIKgIAIAySOAIAC2cBAX8DQCAJQQhPBEBBCCEKIAAgASACIAMgBCAFIAYgByAIEAYFQQEhCiAAIAEg',
  'AiADIAQgBSAGIAcgCBAECyAJIAprIQkgCkECdCEKIAAgCmohACADIApqIQMgCCAKaiEIIAkNAAsLgQECA38CewNAIAAhCSADIQogByELA0AgDCAJ/QAE',
  'ACAK/QAEAP3mAf3kASEMIA0gCf0ABBAgCv0ABBD95gH95AEhDSAJIAJqIQkgCiAFaiEKIAtBAWsiCw0ACyAAIAFqIQAgAyAEaiEDIAZBAWsiBg0ACyAI',
  'IAwQByAIQRBqIA0QBwsTACAAIAD9AAQAIAH95AH9CwQACw==',
];

const newModule = wasmModule<Sums>(sumsBinary);

/** @param memory WebAssembly.Memory of the backend */
export const sumsIn = (memory: object): Sums => newModule({ tfjs: { memory } });
