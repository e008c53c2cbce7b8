/** What pixkin offers to programs: re-exports only. */
export type { Config, ConfigSources } from './config.ts';
export { loadConfig } from './config.ts';
export { type Check, type DoctorOptions, examine } from './doctor.ts';
export type { ErrorCode } from './errors.ts';
export { errorKind, isErrorCode, PixkinError, toPixkinError } from './errors.ts';
export { packageRoot } from './files.ts';
export { underWay } from './group.ts';
export { type Holder, readHolder } from './lock.ts';
export { backboneNames, findBackbone } from './model/backbone.ts';
export { defaultBackbone, modelFolders, type OpenedCollection, type OpenOptions, openCollection } from './open.ts';
export { MAX_K, MAX_OFFSET } from './results.ts';
export { spaceOf } from './space.ts';
export { THUMBNAIL_EDGES } from './thumbnails.ts';
export type * from './types.ts';
