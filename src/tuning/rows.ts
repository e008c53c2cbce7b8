/**
 * A file of rows of the same length: what is computed once for each picture and read at random after that.
 */
import { closeSync, constants, fdatasyncSync, openSync, readSync, writeSync } from 'node:fs';
import { PixkinError } from '../errors.ts';
import { isDiskFull, noRoom } from '../model/disk.ts';

export interface Rows {
  /** Bytes of a row. */
  readonly length: number;
  /** Rows may be written in any order. @throws PixkinError `data_unwritable` */
  write(place: number, row: Uint8Array): void;
  /** Rows one after another. */
  read(places: ArrayLike<number>): Uint8Array;
  /** What was written stays, whatever happens to the machine. */
  sync(): void;
  close(): void;
}

/** Opens a file of rows, or makes an empty one. */
export function openRows(path: string, length: number): Rows {
  // Neither 'r+' nor 'w+': it may be there or not, and keeps what it has.
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  return {
    length,
    write(place, row) {
      try {
        for (let done = 0; done < length; ) done += writeSync(file, row, done, length - done, place * length + done);
      } catch (cause) {
        throw isDiskFull(cause) ? noRoom('the data folder', 'what frozen layers give could not be kept', cause) : cause;
      }
    },
    read(places) {
      const rows = new Uint8Array(places.length * length);
      for (let i = 0; i < places.length; i++) {
        for (let done = 0; done < length; ) {
          const at = places[i]! * length + done;
          const read = readSync(file, rows, i * length + done, length - done, at);
          if (read === 0) throw new PixkinError('internal', `a row of ${length} bytes was cut short at ${done}`);
          done += read;
        }
      }
      return rows;
    },
    sync: () => fdatasyncSync(file),
    close: () => closeSync(file),
  };
}
