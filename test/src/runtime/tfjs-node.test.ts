import { describe } from 'vitest';
import { tfjsSessionContract } from '../../contracts/tfjs-session.ts';
import { installed, quietTensorFlow } from '../../support/tfjs.ts';

quietTensorFlow();
const { there, why } = installed('node');

describe.skipIf(!there)(`TensorFlow.js' backend node${why}`, () => tfjsSessionContract('node'));
