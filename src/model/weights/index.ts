export { openWeights } from './open.ts';
export { writeSafetensors } from './write-safetensors.ts';
