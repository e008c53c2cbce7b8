/**
 * The curves of a fit as TensorBoard reads them.
 * Sources: event.proto and summary.proto of TensorFlow; the framing of https://www.tensorflow.org/tutorials/load_data/tfrecord.
 */
import type { FitRecord } from '../../head/head.ts';
import { delimited, type Fields, float, integer, text, toBytes } from '../../model/to-onnx/protobuf.ts';
import { maskedCrc32c } from './crc32c.ts';

/** Numbers by their tags, at one step. */
export interface Scalars {
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
}

export interface EventFile {
  /** Relative to the folder of the run, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Two runs, `train` and `validation`, with the tags of Keras' callback, so that TensorBoard draws both into one chart. Steps are those of
 * the optimizer. Where nothing is held out there is no `validation`.
 * @param at when it was, for all of it: milliseconds since 1970
 */
export function eventFiles(history: readonly FitRecord[], at: number): EventFile[] {
  const train = history.map(({ step, loss, accuracy, lr }) => ({
    step,
    values: { epoch_loss: loss, epoch_accuracy: accuracy, epoch_learning_rate: lr },
  }));
  const validation = history.flatMap(({ step, valLoss, valAccuracy }) =>
    valLoss === null || valAccuracy === null
      ? []
      : [{ step, values: { epoch_loss: valLoss, epoch_accuracy: valAccuracy } }],
  );
  // The same head gives the same files: writing them again leaves no second curve beside the first.
  const name = `events.out.tfevents.${String(Math.floor(at / 1000)).padStart(10, '0')}.pixkin`;
  return [
    { path: `train/${name}`, bytes: eventFile(train, at) },
    ...(validation.length > 0 ? [{ path: `validation/${name}`, bytes: eventFile(validation, at) }] : []),
  ];
}

/** The bytes of one event file. @param at the time of its events, milliseconds since 1970 */
export function eventFile(all: readonly Scalars[], at: number): Uint8Array {
  const events = [event(at, 0, text(3, 'brain.Event:2'))];
  for (const { step, values } of all) {
    const summary = Object.entries(values).flatMap(([tag, value]) =>
      delimited(1, [...text(1, tag), ...float(2, value)]),
    );
    events.push(event(at, step, delimited(5, summary)));
  }
  return Buffer.concat(events.map((fields) => record(toBytes(fields))));
}

/** Event: wall_time (seconds), step, and what it is about. */
function event(at: number, step: number, what: Fields): Fields {
  return [...double(1, at / 1000), ...integer(2, step), ...what];
}

function double(field: number, value: number): Fields {
  const bytes = new Uint8Array(9);
  bytes[0] = field * 8 + 1;
  new DataView(bytes.buffer).setFloat64(1, value, true);
  return [bytes];
}

/** A TFRecord: length, its checksum, the data, its checksum; all little-endian. */
function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return bytes;
}
