/** The labels that were given. */
import type { ImageId, Sha256 } from './pictures.ts';
import type { ImageRecord } from './search.ts';

/**
 * What a labelled picture is for, where that was said. `train`: fitted on. `validation`: stops the fit, calibrates, is reported. `test`: is reported,
 * and nothing else.
 */
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
  /** Renames a label, also for what its folders say from now on and in what heads say; how many images have it. Throws `label_exists`. */
  rename(from: string, to: string, origin: LabelOrigin): number;
  /** Makes several labels one that is there, also for what their folders say from now on and in what heads say; how many images changed. */
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
