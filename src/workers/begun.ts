/**
 * Which request a worker process has begun, in a file that both processes have open. A message would wake the serving process for each
 * picture; this is looked at only when a process dies or seems to hang.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The worker's number of the open file: after stdin, stdout, stderr and the channel. */
export const begunDescriptor = 4;

/** The serving process's side. */
export interface Begun {
  /** For the worker to inherit. */
  readonly descriptor: number | 'ignore';
  /** Id of the request, 0 before the first. */
  read(): number;
  close(): void;
}

/** Where no temporary file can be made nothing is known, and `read` gives 0. */
export function openBegun(): Begun {
  let descriptor: number;
  let remove: () => void;
  try {
    const folder = mkdtempSync(join(tmpdir(), 'pixkin-'));
    remove = () => rmSync(folder, { recursive: true, force: true });
    descriptor = openSync(join(folder, 'begun'), 'w+', 0o600);
  } catch {
    return { descriptor: 'ignore', read: () => 0, close: () => {} };
  }
  // Without a name the file vanishes with its last user. Windows keeps the name while it is open.
  const tryToRemove = (): void => {
    try {
      remove();
    } catch {}
  };
  tryToRemove();
  const bytes = Buffer.alloc(8);
  return {
    descriptor,
    read: () => (readSync(descriptor, bytes, 0, 8, 0) === 8 ? bytes.readDoubleLE() : 0),
    close() {
      closeSync(descriptor);
      tryToRemove();
    },
  };
}

const note = Buffer.alloc(8);

/** The worker's side. */
export function noteBegun(id: number): void {
  note.writeDoubleLE(id);
  writeSync(begunDescriptor, note, 0, 8, 0);
}
