/**
 * The ports and the values that parts of pixkin hand to each other. This file imports nothing.
 */

// ---------------------------------------------------------------------------------------------------------- values

/** Number of an image: given once, kept through renames, never reused. */
export type ImageId = number;
/** Number of a content in the catalog; also its label in an index. Below 2^32, never reused. */
export type ContentId = number;
/** SHA-256 of a picture's bytes, 64 lower-case hexadecimal digits. */
export type Sha256 = string;
/** Fingerprint of everything that decides an embedding's numbers: 16 lower-case hexadecimal digits. */
export type SpaceId = string;

/** The kinds of picture that are taken, decided by the first bytes, never by a file's name. */
export type ImageKind = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' | 'heic' | 'bmp';

/** Why a picture is in quarantine. */
export type FailureReason =
  | 'not_an_image'
  | 'unsupported_format'
  | 'truncated'
  | 'corrupt'
  | 'too_large'
  | 'zero_bytes'
  | 'unreadable'
  | 'crashed_decoder'
  | 'timed_out';

/** Where a picture's bytes come from. `path` is absolute. */
export type ImageSource = { readonly path: string } | { readonly bytes: Uint8Array };

/** A part of an upright picture, as fractions of its width and height: each 0 to 1, `x + w` and `y + h` at most 1. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Upright sRGB pixels: `height` x `width` x 3 bytes, rows first, red green blue. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** How a picture becomes the square that a network takes. `half`: cropped to the square root of its aspect, then squashed. */
export type ResizePolicy = 'squash' | 'crop' | 'half';
export type ResizeKernel = 'nearest' | 'bilinear' | 'cubic' | 'lanczos';

/** The resizing that belongs to a network. `fraction`: with `crop`, the part of the short side that is kept (0 to 1]. */
export interface ResizeSpec {
  readonly width: number;
  readonly height: number;
  readonly policy: ResizePolicy;
  readonly kernel: ResizeKernel;
  readonly fraction?: number;
}

/** What one reading of a file's bytes tells without decoding them. */
export interface Fingerprint {
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly kind: ImageKind;
}

/** What is kept of a picture at its first reading, so that there need be no second one. */
export interface PictureFacts extends Fingerprint {
  /** Size of the upright picture in pixels. */
  readonly width: number;
  readonly height: number;
  /** 64-bit perceptual hash of the whole picture, 16 lower-case hexadecimal digits. */
  readonly phash: string;
  /** EXIF DateTimeOriginal as local ISO time without a zone (`2024-05-01T13:37:00`), or null. */
  readonly takenAt: string | null;
}

/** What comes back from a worker for one picture: its facts, and the network's raw output (not normalised). */
export interface Embedded extends PictureFacts {
  readonly vector: Float32Array;
  /** The probability of each class, where the workers were told to give them. */
  readonly classes?: Float32Array;
}

/** A vector of length 1 in one space, and the length it had before. */
export interface Embedding {
  readonly vector: Float32Array;
  readonly length: number;
}

// ----------------------------------------------------------------------------------------------------------- ports

export type Device = 'auto' | 'cpu' | 'cuda' | 'coreml' | 'directml' | 'webgpu';

/** `onnx`: ONNX Runtime. `tfjs`: TensorFlow.js, whichever package of it is installed. */
export type Runtime = 'onnx' | 'tfjs';

/** What a network runs on, and why that was chosen. */
export interface DeviceReport {
  readonly device: Exclude<Device, 'auto'>;
  readonly why: string;
  /** The package that runs it, where that is not ONNX Runtime. */
  readonly runtime?: string;
}

/** Child processes that read, hash, decode and embed. Queries go before bulk work. Every method rejects with a PixkinError. */
export interface Workers {
  /** Loads the network in one worker and says what it runs on; rejects where it cannot be loaded. */
  ready(): Promise<DeviceReport>;
  fingerprint(source: ImageSource, o?: { signal?: AbortSignal }): Promise<Fingerprint>;
  embed(source: ImageSource, o?: { priority?: 'query' | 'bulk'; crop?: Crop; signal?: AbortSignal }): Promise<Embedded>;
  /** The probability of each class, in the order of the network's labels. Rejects with `no_classes` where it has none. */
  classify(source: ImageSource, o?: { crop?: Crop; signal?: AbortSignal }): Promise<Float32Array>;
  /** A JPEG whose longer side is at most `edge` pixels; never enlarged. */
  thumbnail(source: ImageSource, edge: number, o?: { signal?: AbortSignal }): Promise<Uint8Array>;
  stats(): WorkersStats;
  close(): Promise<void>;
}

export interface WorkersStats {
  readonly size: number;
  readonly busy: number;
  readonly queued: number;
  /** Pictures that went through the network since the start. */
  readonly inferences: number;
  /** Workers that died and were replaced. */
  readonly crashes: number;
}

/** What one picture gives. */
export interface NetworkOutput {
  /** Raw: not normalised. */
  readonly vector: Float32Array;
  /** A score for each class, where the network was opened with them. */
  readonly classes?: Float32Array;
}

/** Inside a worker: one network on one runtime. */
export interface Session {
  /** Length of one output vector. */
  readonly dim: number;
  readonly device: DeviceReport;
  /** Runs pictures that already have the network's input size. */
  run(batch: readonly Pixels[]): Promise<NetworkOutput[]>;
  close(): Promise<void>;
}

/** One content's vector: unit length, `dim` numbers. */
export interface Entry {
  readonly content: ContentId;
  readonly vector: Float32Array;
}

/** `score`: cosine similarity, -1 to 1. */
export interface Hit {
  readonly content: ContentId;
  readonly score: number;
}

export interface VectorChange {
  readonly add: readonly Entry[];
  readonly remove: readonly ContentId[];
  /** The catalog's revision that this change brings the index to. */
  readonly revision: number;
}

/** Nearest neighbours by cosine, keyed by content. Adding a content that is there already replaces nothing: vectors are immutable. */
export interface VectorIndex {
  /** At most `k` hits, best first; equal scores by content, smallest first. */
  search(
    query: Float32Array,
    k: number,
    o?: { allowed?: ReadonlySet<ContentId>; ef?: number; signal?: AbortSignal },
  ): Promise<Hit[]>;
  apply(change: VectorChange): Promise<void>;
  revision(): Promise<number>;
  count(): Promise<number>;
  /** Makes what was applied durable, where the index has a file. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** The catalog as an index sees it: the embeddings of one space, and what changed since a revision. */
export interface VectorSource {
  readonly space: SpaceId;
  readonly dim: number;
  /** Last committed revision of this space; grows with every change, 0 when nothing ever was. */
  revision(): number;
  count(): number;
  /** Embeddings there are now with `revision > since`, oldest change first, at most `limit`. */
  added(since: number, limit: number): readonly (Entry & { readonly revision: number })[];
  /** Contents removed with `revision > since`. */
  removed(since: number): readonly ContentId[];
}

/** Which search ran and over how many contents, as the answer says it. */
export interface Plan {
  readonly mode: 'exact' | 'hnsw';
  readonly candidates: number;
  readonly ef?: number;
  /** Why it was not the one that was asked for. */
  readonly note?: string;
}

/** All searching of one space: the exact scan, HNSW beside it where it can be had, and the choice between them. */
export interface SpaceVectors {
  search(
    query: Float32Array,
    k: number,
    o?: {
      allowed?: ReadonlySet<ContentId>;
      exact?: boolean;
      signal?: AbortSignal;
    },
  ): Promise<{ readonly hits: Hit[]; readonly plan: Plan }>;
  apply(change: VectorChange): Promise<void>;
  /** Throws the derived files away and builds them again from the catalog. */
  rebuild(o?: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void }): Promise<void>;
  status(): VectorsStatus;
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface VectorsStatus {
  readonly count: number;
  readonly revision: number;
  /** Unless it is `ready` the exact scan serves. `missing`: hnswlib-node is not installed. */
  readonly hnsw: 'ready' | 'building' | 'failed' | 'missing';
  /** Vectors that HNSW holds now. */
  readonly hnswCount: number;
}

// ------------------------------------------------------------------------------------------------ the write path

/** A file as a sweep or an event saw it. `path` is relative to its root, with `/` between its parts. */
export interface FileFacts {
  readonly root: string;
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970, as `stat` gives it. */
  readonly mtimeMs: number;
}

/** What the catalog remembers of a path: enough to see that a file is unchanged. */
export interface KnownFile {
  readonly bytes: number;
  readonly mtimeMs: number;
  /** It is in quarantine. */
  readonly failed: boolean;
}

/** What became of one file. The progress bar, logs, metrics and event streams all read this. */
export type Outcome =
  | {
      readonly type: 'indexed' | 'reused';
      readonly root: string;
      readonly image: string;
      readonly id: ImageId;
      readonly content: Sha256;
    }
  | {
      readonly type: 'unchanged';
      readonly root: string;
      readonly image: string;
    }
  | {
      readonly type: 'removed';
      readonly root: string;
      readonly image: string;
      readonly id: ImageId | null;
    }
  | {
      readonly type: 'failed';
      readonly root: string;
      readonly image: string;
      readonly reason: FailureReason;
      readonly message: string;
      /** It was in quarantine already, for the same reason and with the same facts. */
      readonly again: boolean;
    };

/** `sweeping`: its first sweep runs. `held`: a removal waits for confirmation. `offline`: missing or unreadable. */
export type RootState = 'sweeping' | 'online' | 'held' | 'offline';

export interface RootRecord {
  readonly name: string;
  /** Absolute. Never leaves the server in an HTTP answer to somebody without the write token. */
  readonly path: string;
  readonly state: RootState;
  /** Images in results now. */
  readonly images: number;
  /** Paths that a sweep found gone and that wait for confirmation. */
  readonly held: number;
}

export interface FailureRecord {
  readonly root: string;
  readonly image: string;
  readonly reason: FailureReason;
  readonly message: string;
}

/** The counts of one run, as its summary line says them. */
export interface Summary {
  readonly indexed: number;
  readonly reused: number;
  readonly unchanged: number;
  readonly removed: number;
  /** Failed newly in this run. */
  readonly failed: number;
  /** All that are in quarantine when it ends. */
  readonly quarantined: number;
  /** Files that are no pictures. */
  readonly ignored: number;
  readonly inferences: number;
  readonly seconds: number;
}

export type FileEvent =
  | { readonly type: 'changed' | 'gone'; readonly path: string }
  /** Something may have been missed: only a sweep tells. */
  | { readonly type: 'uncertain'; readonly why: string };

/** Hints about one root, from the operating system or from polling. `path` is relative to the root. */
export interface FolderEvents extends AsyncIterable<FileEvent> {
  close(): Promise<void>;
}

// ------------------------------------------------------------------------------------------------- the read path

/** An image by number, or by path. `root` may be left out where the path is in one root only. */
export type ImageAddress = { readonly id: ImageId } | { readonly image: string; readonly root?: string };

/** One picture, or a part of it. */
export type PictureQuery =
  | { readonly address: ImageAddress; readonly crop?: Crop }
  | { readonly content: Sha256; readonly crop?: Crop }
  | { readonly upload: Uint8Array; readonly crop?: Crop };

/** What is like this? */
export type Query =
  | PictureQuery
  /** `space`: the id of the one that it was made in, where that is known. */
  | { readonly vector: readonly number[] | Float32Array; readonly space?: SpaceId }
  | {
      readonly positive: readonly Query[];
      readonly negative: readonly Query[];
    };

export interface SearchOptions {
  /** 1 to 1000; counts images. */
  readonly k?: number;
  readonly offset?: number;
  /** Least cosine similarity, -1 to 1. */
  readonly minScore?: number;
  /** true: exact scan; false: HNSW; absent: the planner decides. */
  readonly exact?: boolean;
  /** Keep the query's own image in the results. */
  readonly includeSelf?: boolean;
  /** A space other than the current one: its id, the beginning of it, or its backbone's name. */
  readonly space?: string;
  readonly classes?: ClassQuery | undefined;
  readonly labels?: LabelQuery | undefined;
  readonly signal?: AbortSignal;
}

/** Only pictures that have any of these among their stored classes. */
export interface ClassQuery {
  /** Each a name or a wnid; the case does not matter. A name that several classes have means all of them. */
  readonly anyOf: readonly string[];
  /** Least probability, 0 to 1; absent: 0.1. */
  readonly minP?: number | undefined;
}

/** `given`: what a person, a folder or a CSV said. `predicted`: what the head in use says where nothing was given. */
export type LabelSource = 'given' | 'predicted';

/** Only pictures with some labels: the given one counts, and where there is none, the predicted one. */
export interface LabelQuery {
  /** Only pictures with any of these. */
  readonly anyOf?: readonly string[] | undefined;
  /** No pictures with any of these; those without a label stay. */
  readonly noneOf?: readonly string[] | undefined;
  /** Absent: both. */
  readonly source?: LabelSource | undefined;
  /** Least probability of a prediction, 0 to 1; absent: the head's own threshold. */
  readonly minP?: number | undefined;
}

/** What a network says of a picture: the name of one class, and how probable it is, to six decimals. */
export interface LabelScore {
  readonly label: string;
  /** 0 to 1. */
  readonly p: number;
  /** WordNet id, or what else tells classes of the same name apart. */
  readonly wnid?: string;
}

export interface ClassifyOptions {
  /** How many classes, 1 to 1000; absent: 3. */
  readonly top?: number | undefined;
  /** Another network than the collection's: a name, or the path of a folder. */
  readonly backbone?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Classified {
  /** Most probable first. */
  readonly predictions: readonly LabelScore[];
  /** Name of the network that said so. */
  readonly backbone: string;
}

export interface ImageRecord {
  readonly id: ImageId;
  readonly root: string;
  readonly image: string;
  readonly content: Sha256;
  readonly bytes: number;
  readonly kind: ImageKind;
  readonly width: number;
  readonly height: number;
  readonly takenAt: string | null;
  readonly phash: string;
  /** Its root is offline: the picture cannot be read now. */
  readonly offline: boolean;
  /** What was given, by a person, a folder or a CSV. */
  readonly label: string | null;
  /** What the head in use says. */
  readonly prediction: Prediction | null;
  /** Its most probable classes, best first, where they were stored when it was indexed. */
  readonly classes?: readonly LabelScore[];
}

/** `p`: 0 to 1. */
export interface Prediction {
  readonly label: string;
  readonly p: number;
}

export interface ScoredImage extends ImageRecord {
  readonly score: number;
}

export interface SearchResult {
  /** The indexed image that was asked about, or null for anything else. */
  readonly query: {
    readonly root: string;
    readonly image: string;
    readonly id: ImageId;
  } | null;
  readonly space: SpaceId;
  readonly tookMs: number;
  readonly timings: { readonly embed: number; readonly search: number };
  readonly plan: Plan;
  readonly results: readonly ScoredImage[];
  /** Where the next page starts, or null when there is none. */
  readonly nextOffset: number | null;
}

// --------------------------------------------------------------------------------------------------------- labels

/** What a labelled picture is for, where that was said. */
export type Split = 'train' | 'validation' | 'test';

/** Who says so: `folder:<root>`, `csv:<name>`, `cli` or `http`. */
export type LabelOrigin = string;

/** The label of a content. Labels belong to contents: all images with the same bytes have the same. */
export interface GivenLabel {
  /** null: somebody took it away, or its folders disagree or say nothing any more. */
  readonly label: string | null;
  readonly split: Split | null;
  readonly origin: LabelOrigin;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** One change of a content's label, and what was there before. */
export interface LabelChange extends GivenLabel {
  readonly before: { readonly label: string | null; readonly split: Split | null };
}

/** A label and how many images in results have it. */
export interface LabelCount {
  readonly label: string;
  readonly given: number;
  readonly predicted: number;
  /** Of the given ones. */
  readonly splits: Readonly<Record<Split | 'none', number>>;
}

export interface LabelsRecord {
  /** By name, in the order of their code points. */
  readonly labels: readonly LabelCount[];
  /** Images in results that have a given label, and that have none. */
  readonly labelled: number;
  readonly unlabelled: number;
  /** Contents whose folders disagree. */
  readonly conflicts: number;
}

/** The same bytes in folders that disagree about the label (then they have none), or about the split. */
export interface LabelConflict {
  readonly kind: 'label' | 'split';
  readonly content: Sha256;
  /** Every image with these bytes, and what its folder says. */
  readonly images: readonly {
    readonly id: ImageId;
    readonly root: string;
    readonly image: string;
    readonly label: string | null;
    readonly split: Split | null;
  }[];
}

/**
 * Why a line of a CSV labels nothing. `ambiguous`: several pictures with different bytes have that name. `contradicted`: another line
 * says something else of the same bytes.
 */
export type SkippedReason = 'not_found' | 'quarantined' | 'ambiguous' | 'contradicted';

export interface SkippedLine {
  /** From 1 on; where a quoted field has several lines, the last of them. */
  readonly line: number;
  readonly path: string;
  readonly label: string;
  readonly reason: SkippedReason;
}

/** `applied` and the length of `skipped` together are `lines`. */
export interface LabelImport {
  /** Those that name a picture and a label. */
  readonly lines: number;
  readonly applied: number;
  /** Images whose label or split is another one now. */
  readonly changed: number;
  readonly skipped: readonly SkippedLine[];
}

/** What is to be said of a picture. */
export interface LabelChoice {
  /** 1 to 200 characters, trimmed, without control characters; null takes it away. */
  readonly label: string | null;
  /** Absent: as it is. */
  readonly split?: Split | null | undefined;
  readonly origin: LabelOrigin;
}

/** The labels that were given. Names are compared exactly, in Unicode's form NFC. Every method rejects with a PixkinError. */
export interface Labels {
  list(): LabelsRecord;
  /** What is said of an image now, null where nothing ever was, and every change so far, oldest first. */
  get(id: ImageId): { readonly now: GivenLabel | null; readonly changes: readonly LabelChange[] };
  /** What a person says holds whatever folders say, until a person says something else. Every image that changed. */
  set(id: ImageId, choice: LabelChoice): ImageRecord[];
  /** Renames a label, also for what its folders say from now on; how many images have it. Throws `label_exists`. */
  rename(from: string, to: string, origin: LabelOrigin): number;
  /** Makes several labels one that is there, also for what their folders say from now on; how many images changed. */
  merge(from: readonly string[], into: string, origin: LabelOrigin): number;
  /**
   * Lines `path,label[,split]`. Whatever is wrong with one of them is said before any is applied.
   * @param o.root paths are of this root only
   */
  importCsv(csv: Uint8Array, o: { root?: string | undefined; origin: LabelOrigin }): Promise<LabelImport>;
  /** The given labels as lines that `importCsv` takes, piece by piece. */
  exportCsv(o?: { root?: string | undefined }): AsyncIterable<string>;
  conflicts(): LabelConflict[];
}

// --------------------------------------------------------------------------------------------------------- spaces

/** How the numbers of the layer where a network is cut become one vector; `none`: flattened. */
export type Pooling = 'none' | 'avg' | 'max' | 'gem';

/** A network as somebody names it. */
export interface NetworkChoice {
  /** Its name, or its folder; absent: the current one, and what else is absent as it has it now. */
  readonly backbone?: string | undefined;
  /** Absent: as its manifest says. */
  readonly pooling?: Pooling | undefined;
  /** The layer that it is cut after; absent: as its manifest says. */
  readonly cut?: string | undefined;
  /** So many numbers, by a projection fitted on the library itself; absent: all that the network gives. */
  readonly project?: number | undefined;
}

/** One space as people are told of it. */
export interface SpaceRecord {
  readonly id: SpaceId;
  readonly backbone: string;
  /** Name or absolute path of the network's folder. Never leaves the server in an HTTP answer to somebody without the write token. */
  readonly folder: string;
  /** null: as the manifest of its network says. */
  readonly pooling: Pooling | null;
  readonly cut: string | null;
  /** The space whose vectors it projects; null: it projects none. */
  readonly base: SpaceId | null;
  /** Numbers in one embedding. */
  readonly dim: number;
  /** It answers unless another one is asked for. */
  readonly current: boolean;
  /** `rollback` goes back to it. */
  readonly previous: boolean;
  /** Contents that it has an embedding of, also of pictures that are kept for the grace time. */
  readonly embedded: number;
  /** Contents in results that it has none of yet. */
  readonly lacking: number;
  /** Contents in results that its network could not embed. */
  readonly failed: number;
  /** Part of the contents in results, less those that failed, that it has: 0 to 1. */
  readonly coverage: number;
  /** On the disk: embeddings, index files, compiled network. */
  readonly bytes: number;
}

/** What a rebuild does: in the current space, or with any of the fields of NetworkChoice a move to another, or back. */
export interface RebuildOptions extends NetworkChoice {
  /** The index only: nothing is embedded. */
  readonly fromCache: boolean;
  /** After the switch, frees the space that was left. */
  readonly dropOld?: boolean;
  /** Goes back to the previous space at once, and then embeds what arrived since. */
  readonly rollback?: boolean;
  /** Changes nothing: the job's result is a RebuildPlan. */
  readonly dryRun?: boolean;
}

/** What a rebuild would do. */
export interface RebuildPlan {
  /** null: a projection that is not fitted yet. */
  readonly space: SpaceId | null;
  readonly backbone: string;
  readonly pooling: Pooling | null;
  /** Numbers in one embedding. */
  readonly dim: number;
  /** Pictures that would go through the network. */
  readonly pictures: number;
  /** Pictures that the space has already, or takes from the space that it projects. */
  readonly embedded: number;
  /** Pictures a second, measured on `sample` of them just now; null where there is nothing to embed, or none could be read. */
  readonly rate: number | null;
  readonly sample: number;
  /** How long it would take. */
  readonly seconds: number | null;
  /** On the disk when it is done: embeddings and index. */
  readonly bytes: number;
  /** In memory while that space is the current one. */
  readonly memory: number;
}

/** What a rebuild job ends with. */
export interface Rebuilt {
  readonly space: SpaceId;
  /** Pictures that went through the network. */
  readonly embedded: number;
  /** Pictures that it could not embed: known failures of that space. */
  readonly failed: number;
  /** Vectors in its index. */
  readonly vectors: number;
  /** The space that was freed. */
  readonly dropped?: SpaceId;
  /** Contents in results that still have no classes, where classes are stored and some lack them: their files cannot be read. */
  readonly unclassified?: number;
}

// ------------------------------------------------------------------------------- the collection and who follows it

export type JobKind = 'index' | 'rebuild';
export type JobState = 'running' | 'done' | 'failed' | 'cancelled';

/** Long work: asked about, listened to, cancelled. */
export interface JobRecord {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly done: number;
  /** null while it is not known yet. */
  readonly total: number | null;
  /** Items a second over the last seconds; null before the first. */
  readonly rate: number | null;
  readonly secondsLeft: number | null;
  /** What whoever started it should know, said while it runs. */
  readonly notes?: readonly string[];
  /** What it ended with: an index job's Summary. */
  readonly result: unknown;
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string } | null;
}

export type JobEvent =
  | { readonly type: 'progress'; readonly job: JobRecord }
  | { readonly type: 'outcome'; readonly outcome: Outcome }
  | { readonly type: 'end'; readonly job: JobRecord };

/** What a job's work is handed. */
export interface JobControl {
  readonly signal: AbortSignal;
  progress(done: number, total: number | null): void;
  outcome(outcome: Outcome): void;
  /** Adds to the job's notes. */
  note(message: string): void;
}

export interface Jobs {
  /** Starts at once; the work's value becomes the job's `result`, an abort makes it `cancelled`. */
  start(kind: JobKind, work: (control: JobControl) => Promise<unknown>): JobRecord;
  /** Throws `job_not_found`. */
  get(id: string): JobRecord;
  list(): JobRecord[];
  /** Asks it to stop; resolves when it has. */
  cancel(id: string): Promise<JobRecord>;
  /** From now to the job's end; a job that has ended yields its end only. */
  events(id: string): AsyncIterable<JobEvent>;
}

/** The roots as the catalog remembers them. Every method that takes a name throws `root_not_found`. */
export interface Roots {
  list(): RootRecord[];
  get(name: string): RootRecord;
  /** Throws `root_exists` where the name, or the folder, is taken, or one folder lies in the other. */
  add(name: string, path: string): RootRecord;
  rename(name: string, to: string): RootRecord;
  /** The same folder at another place: its images, ids and embeddings stay. */
  relocate(name: string, path: string): RootRecord;
  /** Its images leave the results; their embeddings stay for the grace time. */
  remove(name: string): void;
  setState(name: string, state: RootState, held?: number): void;
}

export interface ClassesStatus {
  /** New pictures get theirs. */
  readonly stored: boolean;
  /** Contents in results that have classes. */
  readonly classified: number;
  /** Contents in results that were embedded without: a rebuild fills them. */
  readonly lacking: number;
}

export interface LabelsStatus {
  /** New pictures get theirs from folders. */
  readonly fromFolders: boolean;
  /** Contents in results that have a given label. */
  readonly labelled: number;
  /** Contents in results whose folders disagree. */
  readonly conflicts: number;
}

export interface CollectionStatus {
  /** In results now. */
  readonly images: number;
  readonly contents: number;
  readonly quarantined: number;
  /** Since the process started. */
  readonly inferences: number;
  readonly space: SpaceId;
  readonly backbone: string;
  readonly dim: number;
  /** null until the network was first used. */
  readonly device: DeviceReport | null;
  readonly vectors: VectorsStatus;
  /** null where the network tells no classes apart. */
  readonly classes: ClassesStatus | null;
  readonly labels: LabelsStatus;
  readonly workers: WorkersStats;
  readonly roots: readonly RootRecord[];
}

/** Everything that is known of the pictures, in one data folder. `src/collection.ts` is the one implementation. */
export interface Collection {
  readonly roots: Roots;
  readonly labels: Labels;
  readonly jobs: Jobs;
  /** Loads the network, so that a set-up error shows before the first picture does. */
  ready(): Promise<DeviceReport>;
  /** Every path of a root that is in results or in quarantine. */
  known(root: string): ReadonlyMap<string, KnownFile>;
  /**
   * Makes the catalog and the index equal to one file. A picture that cannot be read is an outcome (`failed`), not a rejection.
   * `gone` tells whether a path that is in the catalog with the same bytes has vanished: then this file is that image, renamed.
   */
  ingest(
    file: FileFacts,
    o?: { gone?: (root: string, path: string) => Promise<boolean>; signal?: AbortSignal },
  ): Promise<Outcome>;
  /** Takes vanished paths out of results (and out of quarantine). One `removed` for each that was there. */
  forget(root: string, paths: readonly string[]): Promise<Outcome[]>;
  search(query: Query, o?: SearchOptions): Promise<SearchResult>;
  /**
   * The classes of a picture, as the whole network tells them apart. Throws `no_classes` where it tells none apart,
   * `backbone_not_found`, and the reason code of a picture that cannot be decoded.
   */
  classify(query: PictureQuery, o?: ClassifyOptions): Promise<Classified>;
  /** Throws `image_not_found` or `ambiguous_image`. */
  image(address: ImageAddress): ImageRecord;
  /** By id, at most `limit`; `next` is what to pass as `after` for the next page, or null. */
  images(page?: {
    after?: number;
    limit?: number;
    root?: string;
    classes?: ClassQuery | undefined;
    labels?: LabelQuery | undefined;
  }): {
    images: ImageRecord[];
    next: number | null;
  };
  /** Absolute path of an image's file. Throws `root_offline` where it cannot be there. */
  file(id: ImageId): string;
  /** The stored embedding of an image in the current space. */
  embedding(id: ImageId): Embedding;
  /** A JPEG, the longer side at most `edge` pixels. */
  thumbnail(id: ImageId, edge: number): Promise<Uint8Array>;
  failures(): FailureRecord[];
  /**
   * Embeds what the current space lacks (unless `fromCache`), then builds its index again from the catalog. With a `backbone`
   * of another space: embeds everything in that one beside the current one, and switches when it is complete. Where the same
   * is under way already, that job. Throws `busy` where another one is.
   */
  rebuild(o: RebuildOptions): JobRecord;
  /** Every space that there is, the current one first. */
  spaces(): SpaceRecord[];
  /**
   * Frees the embeddings, index files and compiled network of a space that is not in use; what it was. `space` as in SearchOptions.
   * Throws `space_not_found`, `space_in_use`.
   */
  dropSpace(space: string): Promise<SpaceRecord>;
  /** Called with every outcome; returns what ends that. */
  subscribe(listener: (outcome: Outcome) => void): () => void;
  status(): CollectionStatus;
  /** Resolves when the index holds everything and its files are written. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** What the follower is doing, for `/status` and the progress bar. */
export interface FollowProgress {
  /** Seen, not done. */
  readonly pending: number;
  /** Pictures a second over the last seconds; null before the first. */
  readonly rate: number | null;
  readonly secondsLeft: number | null;
}

/** Follows roots: sweeps, and watches where it was told to. `indexer/follow/follower.ts` is the one implementation. */
export interface Follower {
  /**
   * Remembers a folder; where it is followed already (by its real path), that root. While it watches it also sweeps the new one,
   * unless `sweep` is false: then the caller does. Throws `folder_not_found`, `root_exists`.
   */
  add(path: string, o?: { name?: string; sweep?: boolean }): Promise<RootRecord>;
  remove(name: string): Promise<void>;
  rename(name: string, to: string): Promise<RootRecord>;
  relocate(name: string, path: string): Promise<RootRecord>;
  /** One sweep over these roots (all, when none is named) as a job; its result is a Summary. */
  sweep(names?: readonly string[]): JobRecord;
  /** A sweep over one root in which removals are not held. Throws `nothing_held`. */
  confirm(name: string): JobRecord;
  progress(): FollowProgress;
  /** The file is on the disk under a followed root, and it is neither in results nor in quarantine yet. */
  isPending(image: string, root?: string): Promise<boolean>;
  close(): Promise<void>;
}
