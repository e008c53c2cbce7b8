import { describe } from 'vitest';
import { tfjsLayersContract } from '../../../contracts/tfjs-layers.ts';
import { installed, quietTensorFlow } from '../../../support/tfjs.ts';

quietTensorFlow();
const { there, why } = installed('wasm');

describe.skipIf(!there)(`layers on TensorFlow.js' backend wasm${why}`, () => tfjsLayersContract('wasm'));
