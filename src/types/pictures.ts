/** Pictures, and what is found out about them. */

/** Number of an image: given once, kept through renames, never reused. */
export type ImageId = number;

/** Number of a content in the catalog; also its label in an index. Below 2^32, never reused. */
export type ContentId = number;

/** SHA-256 of a picture's bytes, 64 lower-case hexadecimal digits. */
export type Sha256 = string;

/** Fingerprint of everything that decides an embedding's numbers: 16 lower-case hexadecimal digits. */
export type SpaceId = string;
/** Number of a head: given once, never reused. */
export type HeadId = number;

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
