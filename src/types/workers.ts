/** Networks, and the processes that run them. */
import type { Crop, Embedded, Fingerprint, ImageSource, Pixels } from './pictures.ts';

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
