import { describe } from 'vitest';
import { tfjsSessionContract } from '../../contracts/tfjs-session.ts';
import { installed, quietTensorFlow } from '../../support/tfjs.ts';

quietTensorFlow();
const { there, why } = installed('wasm');

describe.skipIf(!there)(`TensorFlow.js' backend wasm${why}`, () => tfjsSessionContract('wasm'));
