/**
 * The ports and the values that parts of pixkin hand to each other: types only, which import nothing but one another.
 */
export type * from './types/collection.ts';
export type * from './types/files.ts';
export type * from './types/follower.ts';
export type * from './types/heads.ts';
export type * from './types/jobs.ts';
export type * from './types/labels.ts';
export type * from './types/pictures.ts';
export type * from './types/search.ts';
export type * from './types/spaces.ts';
export type * from './types/training.ts';
export type * from './types/tuning.ts';
export type * from './types/vectors.ts';
export type * from './types/workers.ts';
