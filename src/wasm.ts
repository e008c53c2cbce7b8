/** The part of WebAssembly that is used here: its types come with the browser's, which this project does not load. */
interface WebAssemblyLike {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object, imports?: object) => { readonly exports: object };
}

/** Memory that a module exports, in pages of 64 KiB. A growth takes the old `buffer` away from its views. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export const pageBytes = 65_536;

/**
 * What makes instances of a module, each with what it imports.
 * @param binary base64, in pieces
 */
export function wasmModule<Exports extends object>(binary: readonly string[]): (imports?: object) => Exports {
  let compiled: object | undefined;
  return (imports) => {
    const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyLike }).WebAssembly;
    compiled ??= new Module(Buffer.from(binary.join(''), 'base64'));
    return new Instance(compiled, imports).exports as Exports;
  };
}
