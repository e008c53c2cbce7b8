/**
 * One error class, one table: what a code means over HTTP, for the exit code, and whether asking again later may help.
 */
import type { FailureReason } from './types.ts';

interface ErrorKind {
  /** HTTP status. */
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503;
  /** Exit code of the command line. */
  readonly exit: 1 | 2;
  /** Seconds after which the same request may succeed; sent as `Retry-After`. */
  readonly retryAfter?: number;
}

const kinds = {
  // the request
  usage: { status: 400, exit: 2 },
  invalid_request: { status: 400, exit: 1 },
  unauthorized: { status: 401, exit: 1 },
  forbidden: { status: 403, exit: 1 },
  not_found: { status: 404, exit: 1 },
  method_not_allowed: { status: 405, exit: 1 },
  image_not_found: { status: 404, exit: 1 },
  root_not_found: { status: 404, exit: 1 },
  job_not_found: { status: 404, exit: 1 },
  ambiguous_image: { status: 409, exit: 1 },
  image_pending: { status: 409, exit: 1, retryAfter: 1 },
  image_quarantined: { status: 422, exit: 1 },
  root_exists: { status: 409, exit: 1 },
  label_exists: { status: 409, exit: 1 },
  root_offline: { status: 503, exit: 1, retryAfter: 60 },
  nothing_held: { status: 409, exit: 1 },
  rebuild_incomplete: { status: 409, exit: 1 },
  other_space: { status: 409, exit: 1 },
  space_not_found: { status: 404, exit: 1 },
  space_in_use: { status: 409, exit: 1 },
  upload_too_large: { status: 413, exit: 1 },
  unsupported_media_type: { status: 415, exit: 1 },
  busy: { status: 429, exit: 1, retryAfter: 1 },
  // a picture: the reason codes of quarantine
  not_an_image: { status: 422, exit: 1 },
  unsupported_format: { status: 415, exit: 1 },
  truncated: { status: 422, exit: 1 },
  corrupt: { status: 422, exit: 1 },
  too_large: { status: 422, exit: 1 },
  zero_bytes: { status: 422, exit: 1 },
  unreadable: { status: 422, exit: 1 },
  crashed_decoder: { status: 422, exit: 1 },
  timed_out: { status: 422, exit: 1 },
  // the set-up
  folder_not_found: { status: 400, exit: 1 },
  data_unwritable: { status: 500, exit: 1 },
  config_invalid: { status: 500, exit: 2 },
  collection_locked: { status: 503, exit: 1, retryAfter: 1 },
  catalog_too_new: { status: 500, exit: 1 },
  catalog_damaged: { status: 500, exit: 1 },
  backbone_not_found: { status: 400, exit: 1 },
  backbone_invalid: { status: 500, exit: 1 },
  no_classes: { status: 409, exit: 1 },
  backbone_exists: { status: 409, exit: 1 },
  download_failed: { status: 503, exit: 1 },
  device_unavailable: { status: 500, exit: 1 },
  // a head
  head_not_found: { status: 404, exit: 1 },
  training_data_invalid: { status: 422, exit: 1 },
  training_diverged: { status: 422, exit: 1 },
  head_damaged: { status: 500, exit: 1 },
  export_differs: { status: 500, exit: 1 },
  // the rest
  cancelled: { status: 503, exit: 1 },
  closed: { status: 503, exit: 1, retryAfter: 1 },
  internal: { status: 500, exit: 1 },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof kinds;

/** Which codes put a picture into quarantine. */
const failureReasons: Readonly<Record<FailureReason, true>> = {
  not_an_image: true,
  unsupported_format: true,
  truncated: true,
  corrupt: true,
  too_large: true,
  zero_bytes: true,
  unreadable: true,
  crashed_decoder: true,
  timed_out: true,
};

/** Any error that pixkin means somebody to read. `message` says what was expected, under which name, and what came. */
export class PixkinError extends Error {
  override readonly name = 'PixkinError';
  readonly code: ErrorCode;
  /** What to do about it, where that can be said. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, o: { hint?: string; cause?: unknown } = {}) {
    super(message, o.cause === undefined ? undefined : { cause: o.cause });
    this.code = code;
    this.hint = o.hint;
  }
}

/** Status, exit code and `Retry-After` of a code. */
export function errorKind(code: ErrorCode): ErrorKind {
  return kinds[code];
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && value in kinds;
}

/** Whether an error is the fault of one picture, and which. */
export function isFailureReason(code: string): code is FailureReason {
  return Object.hasOwn(failureReasons, code);
}

/** Any thrown value as a PixkinError; what nobody foresaw becomes `internal`. */
export function toPixkinError(error: unknown): PixkinError {
  if (error instanceof PixkinError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new PixkinError('internal', message, { cause: error });
}
