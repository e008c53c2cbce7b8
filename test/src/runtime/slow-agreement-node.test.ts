import { describe } from 'vitest';
import { agreementContract } from '../../contracts/agreement.ts';
import { installed, quietTensorFlow } from '../../support/tfjs.ts';

quietTensorFlow();
const { there, why } = installed('node');

describe.skipIf(!there)(`ONNX Runtime and TensorFlow.js' backend node agree${why}`, () => agreementContract('node'));
