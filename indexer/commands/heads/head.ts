/**
 * Heads as HTTP tells of them, and in a few words.
 */
export interface HeadLine {
  readonly id: number;
  readonly space: string;
  readonly backbone: string;
  readonly labels: readonly string[];
  readonly in_use: boolean;
  readonly at: string;
  readonly pictures: { readonly train: number; readonly validation: number; readonly test: number };
  readonly accuracy: number | null;
  readonly threshold: number;
}

export interface HeadMetrics {
  readonly pictures: number;
  readonly accuracy: number;
  readonly top5: number;
  readonly macro_f1: number;
  readonly calibration_error: number;
  readonly classes: readonly {
    readonly label: string;
    readonly given: number;
    readonly predicted: number;
    readonly precision: number | null;
    readonly recall: number | null;
    readonly f1: number | null;
  }[];
  readonly confusion: readonly (readonly [given: number, predicted: number, pictures: number])[];
}

interface BeforeAfter {
  readonly before: number | null;
  readonly after: number | null;
}

export interface Head extends HeadLine {
  readonly temperature: number;
  readonly options: Readonly<
    Record<string, string | number | boolean | null | Readonly<Record<string, string | number | null>>>
  >;
  /** Null where it was trained on stored embeddings. */
  readonly tuning: {
    readonly run: string;
    readonly comparison: { readonly accuracy: BeforeAfter; readonly precision_at_10: BeforeAfter };
  } | null;
  readonly evaluation: {
    readonly validation: HeadMetrics | null;
    readonly test: HeadMetrics | null;
    readonly cross_validation: HeadMetrics | null;
    readonly baseline: { readonly k: number; readonly accuracy: number } | null;
    readonly history: readonly { readonly epoch: number; readonly step: number }[];
    readonly best: number;
    readonly refitted: boolean;
    readonly runtime: string;
    readonly notes: readonly string[];
  };
}

/** The part of GET /status that tells of heads. */
export interface HeadStatus {
  readonly space: string;
  readonly head: {
    readonly id: number;
    readonly labels: number;
    readonly predicted: number;
    readonly unknown: number;
  } | null;
}

/** `.867`, and `-` where there is none. */
export const fraction = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : value.toFixed(3).replace(/^0\./, '.');

/** Whether it predicts, and how many pictures; else what would make it. */
export function describeUse({ id, in_use, space }: HeadLine, status: HeadStatus): string {
  if (in_use && status.head?.id === id) {
    const { predicted, unknown } = status.head;
    return `in use: it names ${predicted} contents; unknown: ${unknown}`;
  }
  if (space === status.space) return `not in use: indexer heads use ${id}`;
  return `not in use: its space ${space} is not the current one`;
}
