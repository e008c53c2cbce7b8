/** The arrows of src/README.md: who may import whom. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../src/files.ts';

interface Import {
  /** Path from the repository root, with `/`. */
  readonly file: string;
  readonly line: string;
  /** As it is written. */
  readonly specifier: string;
  /** Path from the repository root; null for a package. */
  readonly target: string | null;
}

const areas = ['src', 'indexer', 'server'];

function list(area: string): string[] {
  return readdirSync(join(packageRoot, area), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(packageRoot, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

const files = areas.flatMap(list);
const sources = files.filter((file) => file.endsWith('.ts'));
const textOf = new Map(sources.map((file) => [file, readFileSync(join(packageRoot, file), 'utf8')]));
const codeOf = new Map([...textOf].map(([file, text]) => [file, withoutComments(text)]));
const imports = [...codeOf].flatMap(([file, code]) => importsOf(file, code));

/** Good enough for this code: comments that begin a line, or end one after a blank. */
function withoutComments(text: string): string {
  return text.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/(^|\s)\/\/.*$/gm, '');
}

function importsOf(file: string, code: string): Import[] {
  const found = code.matchAll(/^(?:import|export)\b[^;'"]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm);
  return [...found].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3]!;
    const target = specifier.startsWith('.') ? posix.join(dirname(file), specifier) : null;
    return { file, line: match[0].replace(/\s+/g, ' '), specifier, target };
  });
}

const arrow = ({ file, target }: Import): string => `${file} -> ${target}`;
const isIn = (path: string | null, folder: string): boolean => path?.startsWith(`${folder}/`) === true;
/** The adapter folder of src/ that a path lies in. */
const adapterOf = (path: string | null): string | undefined =>
  /^src\/(image|runtime|vectors|workers|catalog)\//.exec(path ?? '')?.[1];

test('the imports of every file were understood: relative ones name a file with .ts', () => {
  expect(imports.length).toBeGreaterThan(sources.length);
  const broken = imports.filter(({ target }) => target !== null && !textOf.has(target));
  expect(broken.map(arrow)).toEqual([]);
});

test('server/ and indexer/ know the engine by src/index.ts only', () => {
  const wrong = imports.filter(
    ({ file, target }) => !isIn(file, 'src') && isIn(target, 'src') && target !== 'src/index.ts',
  );
  expect(wrong.map(arrow)).toEqual([]);
});

test('the engine knows neither server/ nor indexer/, and server/ does not know indexer/', () => {
  const wrong = imports.filter(
    ({ file, target }) =>
      (isIn(file, 'src') && !isIn(target, 'src') && target !== null) ||
      (isIn(file, 'server') && isIn(target, 'indexer')),
  );
  expect(wrong.map(arrow)).toEqual([]);
});

test('of indexer/ only what holds a collection names server/', () => {
  const wrong = imports.filter(({ file, target }) => isIn(file, 'indexer') && isIn(target, 'server'));
  expect(
    wrong.filter(({ file }) => !['indexer/hold.ts', 'indexer/commands/serve.ts'].includes(file)).map(arrow),
  ).toEqual([]);
});

test('adapters do not import one another', () => {
  const across = imports.filter(({ file, target }) => {
    const [from, to] = [adapterOf(file), adapterOf(target)];
    return from !== undefined && to !== undefined && from !== to;
  });
  expect([...new Set(across.map(arrow))].sort()).toEqual([
    // What runs in a child process puts its parts together by itself.
    'src/workers/worker.ts -> src/image/index.ts',
    'src/workers/worker.ts -> src/runtime/onnx.ts',
    'src/workers/worker.ts -> src/runtime/tfjs-backbone.ts',
  ]);
});

test('of the engine only what opens a collection, examines an installation or tries a network names adapters; the catalog is none', () => {
  const named = imports.filter(({ file, target }) => {
    const to = adapterOf(target);
    return to !== undefined && to !== 'catalog' && adapterOf(file) === undefined;
  });
  expect([...new Set(named.map(({ file }) => file))].sort()).toEqual([
    'src/doctor.ts',
    // An exported file is run beside what it was made of.
    'src/export/check.ts',
    'src/export/runners.ts',
    'src/model/trial.ts',
    'src/open.ts',
    // What runs in a child process puts its parts together by itself.
    'src/projection/fit-worker.ts',
    'src/training/worker.ts',
    'src/tuning/augment/contact-sheet.ts',
    'src/tuning/augmentation-sheet.ts',
    'src/tuning/worker.ts',
  ]);
  expect(named.filter(({ line }) => !line.startsWith('import(')).map(arrow)).toEqual([]);
});

test('types import nothing but one another, and errors.ts nothing but them', () => {
  const types = imports.filter(({ file }) => file === 'src/types.ts' || isIn(file, 'src/types'));
  expect(types.filter(({ target }) => !isIn(target, 'src/types')).map(arrow)).toEqual([]);
  expect(imports.filter(({ file, target }) => file === 'src/errors.ts' && target !== 'src/types.ts')).toEqual([]);
});

test('index.ts only re-exports', () => {
  const statements = codeOf
    .get('src/index.ts')!
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '' && !/^export (type )?(\*|\{[^}]*\}) from '[^']+'$/.test(statement));
  expect(statements).toEqual([]);
});

test.each([
  'sharp',
  'onnxruntime-node',
  'hnswlib-node',
  '@photostructure/sqlite',
  'chokidar',
  'libheif-js',
  'bmp-ts',
  '@cornerstonejs/codec-libjpeg-turbo-8bit',
  'h5wasm',
  'yauzl',
  '@tensorflow/tfjs-node',
  '@tensorflow/tfjs-node-gpu',
])('one source file names %s', (name) => {
  const literal = new RegExp(`['"]${name}(/[^'"]*)?['"]`);
  const naming = [...codeOf].filter(([, code]) => literal.test(code)).map(([file]) => file);
  expect(naming).toHaveLength(1);
});

test('every dependency is used, and everything that is used is a dependency', () => {
  const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(
    readFileSync(join(packageRoot, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string>>;
  const declared = new Set(Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }));
  const packages = imports
    .filter(({ target, specifier }) => target === null && !specifier.startsWith('node:'))
    .map(({ specifier }) => /^(@[^/]+\/)?[^/]+/.exec(specifier)![0]);
  expect([...new Set(packages)].filter((name) => !declared.has(name))).toEqual([]);
  const code = [...codeOf.values()].join('\n');
  expect([...declared].filter((name) => !new RegExp(`['"]${name}(/[^'"]*)?['"]`).test(code))).toEqual([]);
});

test('no imports go in a circle', () => {
  const next = new Map(sources.map((file) => [file, new Set<string>()]));
  for (const { file, target } of imports) if (target !== null) next.get(file)!.add(target);
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (path.includes(file) || done.has(file)) return;
    for (const other of next.get(file) ?? []) visit(other, [...path, file]);
    done.add(file);
  };
  for (const file of sources) visit(file, []);
  expect(circles).toEqual([]);
});

test('the engine writes to no console and reads no environment', () => {
  const wrong = [...codeOf].filter(([file, code]) => isIn(file, 'src') && /\bconsole\s*\.|\bprocess\.env\b/.test(code));
  expect(wrong.map(([file]) => file)).toEqual([]);
});

test('nothing that was compiled lies beside its source', () => {
  const compiled = [...files, ...list('test')].filter((file) =>
    /\.(js|js\.map|d\.ts|d\.ts\.map|tsbuildinfo)$/.test(file),
  );
  expect(compiled.filter((file) => !file.startsWith('server/ui/'))).toEqual([]);
});
