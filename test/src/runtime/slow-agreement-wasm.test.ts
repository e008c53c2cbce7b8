import { describe } from 'vitest';
import { agreementContract } from '../../contracts/agreement.ts';
import { installed, quietTensorFlow } from '../../support/tfjs.ts';

quietTensorFlow();
const { there, why } = installed('wasm');

describe.skipIf(!there)(`ONNX Runtime and TensorFlow.js' backend wasm agree${why}`, () => agreementContract('wasm'));
