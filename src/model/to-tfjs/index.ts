/** Networks as TF.js models, and as files that TF.js reads. */
export { toTfjs } from './build.ts';
export type { LayersModel, Tf } from './tf.ts';
export { writeTfjs } from './write.ts';
