/** What pixkin offers to programs: re-exports only. */
export { MAX_TOP } from './classify.ts';
export type { Config, ConfigSources } from './config.ts';
export { loadConfig } from './config.ts';
export { type Check, type DoctorOptions, examine } from './doctor.ts';
export type { ErrorCode } from './errors.ts';
export { errorKind, isErrorCode, isFailureReason, PixkinError, toPixkinError } from './errors.ts';
export {
  type EvaluateOptions,
  type Evaluation,
  evaluateNetwork,
  type LabelledPicture,
} from './evaluate/evaluate.ts';
export { type ExportedClassifier, exportClassifier } from './export/export-classifier.ts';
export { findClassifier } from './export/find-classifier.ts';
export { packageRoot } from './files.ts';
export { underWay } from './group.ts';
export { encodeHead } from './head/encode.ts';
export type { Baseline, DenseLayer, FitRecord, Head, HeadEvaluation } from './head/head.ts';
export type { ClassMetrics, Metrics } from './head/metrics.ts';
export type { HeadOptions, ResolvedHeadOptions } from './head/options.ts';
export { type Holder, readHolder } from './lock.ts';
export { type Backbone, backboneNames, findBackbone } from './model/backbone.ts';
export { type BenchOptions, benchNetwork } from './model/bench.ts';
export { type ExportFormat, exportFormats, exportNetwork } from './model/export.ts';
export { findTopology } from './model/find-topology.ts';
export { type Imported, type ImportOptions, importNetwork } from './model/import.ts';
export { inspectNetwork, type LayerFacts, type NetworkFacts } from './model/inspect.ts';
export { type Listed, listNetworks } from './model/list.ts';
export { type PulledNetwork, type PullNetworkOptions, pullNetwork, requireArchitecture } from './model/pull-network.ts';
export { keepSpeeds, type Speed } from './model/speeds.ts';
export { modelFoldersOf, withStore } from './model/store.ts';
export { type Finding, verifyNetwork } from './model/verify.ts';
export { defaultBackbone, modelFolders, type OpenedCollection, type OpenOptions, openCollection } from './open.ts';
export { encodeProjection } from './projection/bytes.ts';
export { htmlReport } from './report/html/page.ts';
export type { ShownReport } from './report/shown.ts';
export { eventFiles } from './report/tensorboard/events.ts';
export { reportText } from './report/text/report.ts';
export { MAX_K, MAX_OFFSET } from './results.ts';
export { spaceOf } from './space.ts';
export { THUMBNAIL_EDGES } from './thumbnails.ts';
export { parseAugmentation, resolveAugmentation } from './tuning/augment/index.ts';
export { type AugmentationSheet, augmentationSheet } from './tuning/augmentation-sheet.ts';
export type * from './types.ts';
