/**
 * The HDF5 library: h5wasm, the C library compiled to WebAssembly, in its build for browsers. That one runs in Node too, and has
 * no disk (the build for Node opens any path): it is shown one file, so that a file which points to others, by external data or
 * links, cannot have them read.
 */
import { randomUUID } from 'node:crypto';
import { PixkinError } from '../../errors.ts';
import type { Bytes } from './bytes.ts';
import { withholdEndlessHeaps } from './h5-heap.ts';
import { invalidFile } from './invalid.ts';

/** The functions of the library; they take the number of a file and paths within it. */
export type Library = Awaited<typeof import('h5wasm')['ready']>;

export interface LibraryFile {
  readonly library: Library;
  /** The number of the file. */
  readonly id: bigint;
  /** What errors call the file. */
  readonly label: string;
  readonly size: number;
  /** Runs a function of the library. @throws PixkinError `backbone_invalid` with the library's own words where it fails */
  call<T>(action: () => T): T;
  close(): void;
}

/** What of Emscripten's file system is used; its own types leave the operations out. */
interface Sandbox {
  writeFile(path: string, data: Uint8Array): void;
  unlink(path: string): void;
  lookupPath(path: string, o: object): { node: Node };
  getStream(descriptor: number): Node;
}
interface Node {
  stream_ops: object;
}

/** @param bytes must stay readable until `close()` */
export async function openWithLibrary(bytes: Bytes, label: string): Promise<LibraryFile> {
  const { ready } = await import('h5wasm');
  const library = await ready;
  const sandbox = library.FS as unknown as Sandbox;
  const call = reporting(sandbox, label);
  const path = `/${randomUUID()}`;
  mount(sandbox, path, bytes);
  try {
    const id = call(() => library.open(path, library.H5F_ACC_RDONLY, false, -1, -1));
    const close = (): void => {
      library.close_file(id);
      sandbox.unlink(path);
    };
    return { library, id, label, size: bytes.size, call, close };
  } catch (error) {
    sandbox.unlink(path);
    throw error;
  }
}

/** Shows `bytes` to the library as a file: an empty one whose size and reading are replaced. */
function mount(sandbox: Sandbox, path: string, bytes: Bytes): void {
  sandbox.writeFile(path, new Uint8Array(0));
  const { node } = sandbox.lookupPath(path, {});
  Object.defineProperty(node, 'usedBytes', { get: () => bytes.size });
  node.stream_ops = {
    ...node.stream_ops,
    read(_stream: unknown, heap: Int8Array, offset: number, length: number, position: number): number {
      const there = Math.max(0, Math.min(length, bytes.size - position));
      const into = new Uint8Array(heap.buffer, heap.byteOffset + offset, there);
      bytes.read(into, position);
      withholdEndlessHeaps(into, position, bytes);
      return there;
    },
  };
}

/** The library prints what is wrong, and goes on with what it has; here it is an error, which says the same. */
function reporting(sandbox: Sandbox, label: string): LibraryFile['call'] {
  const decoder = new TextDecoder();
  let printed = '';
  const stderr = sandbox.getStream(2);
  const capturing = {
    ...stderr.stream_ops,
    write(_stream: unknown, heap: Int8Array, offset: number, length: number): number {
      printed += decoder.decode(heap.subarray(offset, offset + length));
      return length;
    },
  };
  const failure = (otherwise: string, cause?: unknown): PixkinError => {
    // From the outermost function to the innermost; those that look for plug-ins (H5PL) come after the reason.
    const reasons = [...printed.matchAll(/^ +#\d+: .*? in (?!H5PL)\w+\(\): (.*)$/gm)];
    return invalidFile(label, `expected a sound HDF5 file; ${reasons.at(-1)?.[1] ?? otherwise}`, cause);
  };
  return (action) => {
    printed = '';
    stderr.stream_ops = capturing;
    try {
      const result = action();
      if (printed === '') return result;
    } catch (cause) {
      throw cause instanceof PixkinError ? cause : failure((cause as Error).message, cause);
    }
    throw failure('the library could not read it');
  };
}
