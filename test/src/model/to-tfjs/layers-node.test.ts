import { describe } from 'vitest';
import { tfjsLayersContract } from '../../../contracts/tfjs-layers.ts';
import { installed, quietTensorFlow } from '../../../support/tfjs.ts';

quietTensorFlow();
const { there, why } = installed('node');

describe.skipIf(!there)(`layers on TensorFlow.js' backend node${why}`, () => tfjsLayersContract('node'));
