/**
 * What Keras keeps in HDF5 files: groups, text attributes, tensors. Data pass the library in slabs, so that its heap, which
 * never shrinks, stays small whatever the size of a tensor is.
 */
import type { Bytes } from './bytes.ts';
import { type Library, type LibraryFile, openWithLibrary } from './h5-library.ts';
import { elementsOf, invalidFile } from './invalid.ts';
import { type NumberType, numberBytes, toFloats } from './numbers.ts';

/** A dataset, not read yet. */
export interface H5Tensor {
  readonly shape: readonly number[];
  /** `integer`: whole numbers and booleans, which cannot be read here. */
  readonly type: NumberType | 'integer';
  read(): Float32Array;
}

/** An open file; paths begin with `/`. Everything throws PixkinError `backbone_invalid` where the file is damaged. */
export interface H5 {
  /** What a group holds, sorted by name. */
  names(group: string): readonly string[];
  kind(path: string): 'group' | 'dataset' | undefined;
  /** A text attribute, as a list even if it is one text; undefined where there is no such attribute. */
  text(path: string, attribute: string): readonly string[] | undefined;
  tensor(path: string): H5Tensor;
  /** Where the object lies in the file: what was written later mostly lies further on. */
  address(path: string): number;
  close(): void;
}

type Metadata = ReturnType<Library['get_dataset_metadata']>;

/** H5T_class_t of HDF5, as far as it is used. */
const classes = { integer: 0, float: 1, text: 3, bits: 4, enumeration: 8 } as const;
/** H5T_STR_SPACEPAD */
const PADDED_WITH_SPACES = 2;
const SLAB = 2 ** 23;
/** Deflate makes nothing smaller than this; what claims more is no file of weights. */
const LARGEST_EXPANSION = 1032;

/** @param bytes must stay readable until `close()`; @param label what errors call the file */
export async function openH5(bytes: Bytes, label: string): Promise<H5> {
  const file = await openWithLibrary(bytes, label);
  const { library, id, call } = file;
  return {
    names: (group) => call(() => library.get_names(id, group, false)),
    kind(path) {
      const type = call(() => library.get_type(id, path));
      return type === library.H5G_GROUP ? 'group' : type === library.H5G_DATASET ? 'dataset' : undefined;
    },
    text: (path, attribute) =>
      call(() => library.get_attribute_names(id, path)).includes(attribute) ? text(file, path, attribute) : undefined,
    tensor: (path) => tensor(file, path),
    address(path) {
      const reference = Uint8Array.from(call(() => library.create_object_reference(id, path)));
      return Number(new DataView(reference.buffer).getBigUint64(0, true));
    },
    close: () => file.close(),
  };
}

function text(file: LibraryFile, path: string, attribute: string): string[] {
  const { library, id, call } = file;
  const metadata = call(() => library.get_attribute_metadata(id, path, attribute));
  const { total_size: count, size, type } = metadata;
  // numpy has no type for the members of an empty list: h5py writes it as an empty list of numbers.
  if (count === 0) return [];
  const what = `${file.label}, attribute ${attribute} of ${path}`;
  if (type !== classes.text) throw invalidFile(what, `expected text; got values of HDF5's class ${type}`);
  if (count * size > file.size) throw invalidFile(what, 'expected text; got more than the file can hold');
  return borrow(library, what, count * size, (at) => {
    call(() => library.get_attribute_data(id, path, attribute, BigInt(at)));
    const bytes = library.HEAPU8.slice(at, at + count * size);
    if (!metadata.vlen) return fixedTexts(bytes, metadata);
    const texts = Array.from(new Uint32Array(bytes.buffer), (pointer) => library.UTF8ToString(pointer));
    call(() => library.reclaim_vlen_memory(id, path, attribute, BigInt(at)));
    return texts;
  });
}

/** Texts of `size` bytes each. Keras writes UTF-8, whatever the attribute says. */
function fixedTexts(bytes: Uint8Array, { size, strpad }: Metadata): string[] {
  const decoder = new TextDecoder();
  return Array.from({ length: bytes.length / size }, (_, i) => {
    const whole = decoder.decode(bytes.subarray(i * size, (i + 1) * size));
    const end = whole.indexOf('\0');
    const text = end < 0 ? whole : whole.slice(0, end);
    return strpad === PADDED_WITH_SPACES ? text.replace(/ +$/, '') : text;
  });
}

function tensor(file: LibraryFile, path: string): H5Tensor {
  const { library, id, call, label } = file;
  const metadata = call(() => library.get_dataset_metadata(id, path));
  const { shape, size } = metadata;
  const what = `${label}, ${path}`;
  if (metadata.virtual_sources || shape === null)
    throw invalidFile(what, 'expected numbers; they are not in this file');
  const filters = call(() => library.get_dataset_filters(id, path)).length;
  const largest = file.size * (filters > 0 ? LARGEST_EXPANSION : 1);
  if (elementsOf(shape) * size > largest) {
    throw invalidFile(what, `expected ${elementsOf(shape)} numbers of ${size} bytes; the file has ${file.size} bytes`);
  }
  const type = numberType(file, path, metadata);
  if (!type) throw invalidFile(what, `expected floats; got values of HDF5's class ${metadata.type} with ${size} bytes`);
  const read = (): Float32Array => {
    if (type === 'integer') throw invalidFile(what, 'expected floats; got whole numbers');
    return readSlabs(file, path, { shape, type, rowsTogether: (axis) => metadata.chunks?.[axis] ?? 1 });
  };
  return { shape, type, read };
}

function numberType(file: LibraryFile, path: string, { type, size }: Metadata): H5Tensor['type'] | undefined {
  const { library, id, call } = file;
  if (type === classes.integer || type === classes.bits || type === classes.enumeration) return 'integer';
  // HDF5 had no bfloat16 for long: Keras writes the bytes as they are, and says so.
  const isSaid = size === 2 && call(() => library.get_attribute_names(id, path)).includes('dtype');
  if (isSaid && text(file, path, 'dtype')[0] === 'bfloat16') return 'bf16';
  return type === classes.float ? ({ 2: 'f16', 4: 'f32', 8: 'f64' } as const)[size] : undefined;
}

interface Layout {
  readonly shape: readonly number[];
  readonly type: NumberType;
  /** Rows along an axis that are stored, and unpacked, together. */
  rowsTogether(axis: number): number;
}

function readSlabs({ library, id, call, label }: LibraryFile, path: string, layout: Layout): Float32Array {
  const { shape, type } = layout;
  const floats = new Float32Array(elementsOf(shape));
  if (floats.length === 0) return floats;
  const axis = Math.max(
    0,
    shape.findIndex((length) => length > 1),
  );
  const rows = shape[axis] ?? 1;
  const row = floats.length / rows;
  const together = layout.rowsTogether(axis);
  const step = Math.min(rows, together * Math.max(1, Math.floor(SLAB / (row * numberBytes[type] * together))));
  borrow(library, `${label}, ${path}`, step * row * numberBytes[type], (at) => {
    for (let done = 0; done < rows; done += step) {
      const some = Math.min(step, rows - done);
      const select = (along: number, elsewhere: (length: number) => number): bigint[] =>
        shape.map((length, i) => BigInt(i === axis ? along : elsewhere(length)));
      const count = select(some, (length) => length);
      const offset = select(done, () => 0);
      const strides = select(1, () => 1);
      const [c, o, s] = shape.length > 0 ? [count, offset, strides] : [null, null, null];
      call(() => library.get_dataset_data(id, path, c, o, s, BigInt(at)));
      const slab = library.HEAPU8.subarray(at, at + some * row * numberBytes[type]);
      floats.set(toFloats(slab, type), done * row);
    }
  });
  return floats;
}

/** Room on the library's heap for as long as `use` runs. */
function borrow<T>(library: Library, what: string, bytes: number, use: (at: number) => T): T {
  const at = library._malloc(bytes);
  if (at === 0) throw invalidFile(what, `${bytes} bytes at once are more than can be read`);
  try {
    return use(at);
  } finally {
    library._free(at);
  }
}
