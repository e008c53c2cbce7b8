/**
 * What the pool and a worker process say to each other. Messages are structured clones: typed arrays stay what they are.
 */
import type { ErrorCode } from '../errors.ts';
import type { Crop, Device, DeviceReport, Embedded, Fingerprint, ImageSource, Pooling, Runtime } from '../types.ts';

/** What a worker can be asked for. Each rejects with a PixkinError. */
export interface Methods {
  ready(): Promise<DeviceReport>;
  fingerprint(source: ImageSource): Promise<Fingerprint>;
  embed(source: ImageSource, crop?: Crop): Promise<Embedded>;
  /** The probability of each class, in the order of the network's labels. */
  classify(source: ImageSource, crop?: Crop): Promise<Float32Array>;
  thumbnail(source: ImageSource, edge: number): Promise<Uint8Array>;
}

/** The same from inside: embedding is in two steps, so that of several pictures all are prepared before the network runs. */
export interface Answers<P> extends Omit<Methods, 'embed'> {
  prepare(source: ImageSource, crop?: Crop): Promise<P>;
  infer(prepared: P): Promise<Embedded>;
}

export type Method = keyof Methods;
export type Result<M extends Method> = Awaited<ReturnType<Methods[M]>>;

/** Which network, cut and pooled how, on what. */
export interface NetworkSettings {
  /** Folder of the network and its manifest. */
  readonly backbone: string;
  /** Absent parts: as the manifest says. */
  readonly output?: { readonly layer?: string; readonly pooling?: Pooling } | undefined;
  readonly runtime: Runtime;
  readonly device: Device;
  /** Where compiled networks are kept; absent: nowhere. */
  readonly compiled?: string | undefined;
  /** Every embedding comes with the probabilities of the classes. */
  readonly classes: boolean;
}

/** What a worker is started with: the last command line argument, as JSON. */
export interface WorkerSettings extends NetworkSettings {
  /** `pixels`: width times height beyond which a picture is `too_large`; `seconds`: for decoding it. */
  readonly limits: { readonly pixels: number; readonly seconds: number };
}

export interface Request {
  /** 1 or more; grows. */
  readonly id: number;
  readonly method: Method;
  readonly params: readonly unknown[];
  /** It goes before what is not begun. */
  readonly query: boolean;
}

/** How one request ended. */
export type Reply =
  | { readonly type: 'done'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: SentError };

export type Message =
  /** It listens. */
  | { readonly type: 'up' }
  /** Its network is loaded: what fails from now on is the picture's fault. */
  | { readonly type: 'loaded'; readonly report: DeviceReport }
  | { readonly type: 'replies'; readonly replies: readonly Reply[] };

/** A PixkinError as it crosses the process boundary. */
export interface SentError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}
