import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { loadConfig, openCollection, type ScoredImage } from '../src/index.ts';
import { temporaryFolder } from './support/folder.ts';
import { runIndexer, startIndexer } from './support/indexer.ts';
import { makePictures, sha256Of } from './support/pictures.ts';
import { createRandom, seedOf } from './support/random.ts';
import { until } from './support/until.ts';

/** SHA-256 of every file that native code was told to read, as it was then. */
const readByNative: string[] = [];

vi.mock('hnswlib-node', async (original) => {
  // A CommonJS module: what TypeScript knows as its exports is the default.
  const { default: library } = await original<{ default: typeof import('hnswlib-node') }>();
  class HierarchicalNSW extends library.HierarchicalNSW {
    override async readIndex(path: string): Promise<boolean> {
      readByNative.push(sha256Of(path));
      return super.readIndex(path);
    }
  }
  return { default: { ...library, HierarchicalNSW } };
});

/** A collection, closed, with its index files. `asked`: some of its pictures. */
async function prepare(count = 250) {
  const place = temporaryFolder();
  const [photos, data] = [join(place, 'photos'), join(place, 'data')];
  const names = await makePictures(photos, count);
  expect((await runIndexer(['index', photos, '--data', data])).code).toBe(0);
  const asked = names.filter((_, i) => i % 25 === 0);
  const index = join(data, 'index');
  const pristine = join(place, 'pristine');
  cpSync(index, pristine, { recursive: true });
  const files = readdirSync(pristine).sort();
  expect(files).toEqual([expect.stringMatching(/^hnsw-.*\.bin$/), expect.stringMatching(/^hnsw-.*\.json$/)]);
  const restore = () => {
    rmSync(index, { recursive: true, force: true });
    cpSync(pristine, index, { recursive: true });
  };
  return { photos, data, names, asked, index, pristine, files: files as [string, string], restore };
}

/** Opens the collection as a command does, and asks when HNSW is ready. */
async function answers(data: string, asked: readonly string[]) {
  const told: string[] = [];
  const log = (message: string, fields?: object) => void told.push(`${message} ${JSON.stringify(fields)}`);
  const config = loadConfig({ data, env: {}, flags: { workers: 1 } });
  readByNative.length = 0;
  const { collection } = await openCollection({
    config,
    env: process.env,
    log: { debug: () => {}, info: log, warn: log },
  });
  try {
    await until('HNSW is ready', () => {
      const { hnsw, hnswCount, count } = collection.status().vectors;
      return hnsw === 'ready' && hnswCount === count;
    });
    const results: Record<string, ScoredImage[]> = {};
    for (const image of asked) {
      for (const exact of [true, false]) {
        const found = await collection.search({ address: { image } }, { exact, k: 20 });
        expect(found.plan.mode).toBe(exact ? 'exact' : 'hnsw');
        results[`${image}, exact ${exact}`] = [...found.results];
      }
    }
    return { results, told, count: collection.status().vectors.count };
  } finally {
    await collection.close();
  }
}

const rebuilt = expect.arrayContaining([expect.stringContaining('built again')]);

test('a flipped byte and a cut tail are noticed before native code reads the file, 100 times', async () => {
  const { data, asked, index, files, restore } = await prepare();
  const before = await answers(data, asked);
  expect([before.told, readByNative, before.count]).toEqual([[], [sha256Of(join(index, files[0]))], 250]);

  const random = createRandom(seedOf('damage'));
  for (let i = 0; i < 100; i++) {
    restore();
    const file = files[random.below(2)]!;
    const bytes = readFileSync(join(index, file));
    const at = random.below(bytes.length);
    const isFlip = random.below(2) === 0;
    if (isFlip) bytes[at]! ^= 1 + random.below(255);
    writeFileSync(join(index, file), isFlip ? bytes : bytes.subarray(0, at));
    const about = `${i}: ${file} of ${bytes.length} bytes, ${isFlip ? 'flipped' : 'cut'} at ${at}`;
    const after = await answers(data, asked);
    expect({ about, told: after.told, readByNative }).toEqual({ about, told: rebuilt, readByNative: [] });
    expect({ about, ...after.results }).toEqual({ about, ...before.results });
  }
  // The last rebuild was written: there is nothing to tell any more.
  expect(await answers(data, asked)).toEqual(before);
});

test('index files that are missing, empty or of something else are built again', async () => {
  const { data, photos, asked, index, files, restore } = await prepare();
  const [bin, manifest] = files.map((file) => join(index, file)) as [string, string];
  const before = await answers(data, asked);

  const other = temporaryFolder();
  await makePictures(join(other, 'photos'), 250, 2);
  expect((await runIndexer(['index', join(other, 'photos'), '--data', join(other, 'data')])).code).toBe(0);
  const others = join(other, 'data', 'index');

  const damages: Record<string, () => void> = {
    'no folder': () => rmSync(index, { recursive: true }),
    'no files': () => {
      rmSync(bin);
      rmSync(manifest);
    },
    'no vectors': () => rmSync(bin),
    'no manifest': () => rmSync(manifest),
    'empty vectors': () => writeFileSync(bin, ''),
    'an empty manifest': () => writeFileSync(manifest, ''),
    'both empty': () => {
      writeFileSync(bin, '');
      writeFileSync(manifest, '');
    },
    'another tail': () => appendFileSync(bin, 'x'),
    'vectors of another collection': () => cpSync(join(others, files[0]), bin),
    'a manifest of another collection': () => cpSync(join(others, files[1]), manifest),
    'both of another space, renamed': () => {
      const text = readFileSync(manifest, 'utf8');
      writeFileSync(manifest, text.replace(/"space":"[0-9a-f]{16}"/, '"space":"0123456789abcdef"'));
    },
  };
  for (const [about, damage] of Object.entries(damages)) {
    restore();
    damage();
    const after = await answers(data, asked);
    expect({ about, told: after.told, readByNative }).toEqual({ about, told: rebuilt, readByNative: [] });
    expect({ about, ...after.results }).toEqual({ about, ...before.results });
    expect({ about, ...(await answers(data, asked)) }).toEqual({ about, ...before });
  }

  // These are whole, so native code may read them: they are of other pictures all the same.
  restore();
  for (const file of files) cpSync(join(others, file), join(index, file));
  const mixed = await answers(data, asked);
  expect(mixed).toMatchObject({ told: rebuilt, results: before.results });

  // A catalog that was restored from an older copy knows less than the index.
  restore();
  const older = join(data, 'catalog.db');
  const copy = readFileSync(older);
  await makePictures(join(photos, 'later'), 20, 3);
  expect((await runIndexer(['index', photos, '--data', data])).code).toBe(0);
  writeFileSync(older, copy);
  const back = await answers(data, asked);
  expect(back).toMatchObject({ told: rebuilt, results: before.results, count: 250 });
});

test('work that a killed process left unfinished is cleared away', async () => {
  const { data, asked, index, files, restore } = await prepare();
  const before = await answers(data, asked);
  restore();
  writeFileSync(join(index, `${files[0]}.tmp`), 'half of an index');
  writeFileSync(join(index, `${files[1]}.tmp`), '{');
  writeFileSync(join(data, 'holder.json.tmp'), '{');
  expect(await answers(data, asked)).toEqual(before);
  expect(readdirSync(index).sort()).toEqual(files);
});

test('where the files cannot be written, HNSW is built at each start, and closing is no error', async () => {
  const { data, asked, index, files, restore } = await prepare();
  const before = await answers(data, asked);
  const damages: Record<string, () => void> = {
    'a folder instead of the vectors': () => {
      rmSync(join(index, files[0]));
      mkdirSync(join(index, files[0]));
    },
    'a file instead of the folder': () => {
      rmSync(index, { recursive: true });
      writeFileSync(index, '');
    },
  };
  for (const [about, damage] of Object.entries(damages)) {
    restore();
    damage();
    for (let i = 0; i < 2; i++) {
      const after = await answers(data, asked);
      expect({ about, told: after.told }).toEqual({ about, told: rebuilt });
      expect(after.told.at(-1)).toContain('could not be written');
      expect({ about, ...after.results }).toEqual({ about, ...before.results });
    }
  }
});

test('a damaged holder.json, or one that leads nowhere, leads no command astray', async () => {
  const { data, names } = await prepare(12);
  const place = join(data, 'holder.json');
  for (const text of ['', 'no JSON', '{}', 'null', '{"pid":1,"url":"http://127.0.0.1:1","token":"x"}']) {
    writeFileSync(place, text);
    const alone = await runIndexer(['similar', names[0]!, '--data', data]);
    expect([text, alone.code, (alone.lines[0]!.results as unknown[]).length]).toEqual([text, 0, 10]);
    expect(existsSync(place)).toBe(false);
  }
});

test('a catalog whose writer was killed gives all that it had told of', async () => {
  const place = temporaryFolder();
  const [photos, data] = [join(place, 'photos'), join(place, 'data')];
  await makePictures(photos, 300);
  const run = startIndexer(['index', photos, '--data', data, '--workers', '1']);
  await until('some pictures are indexed', () => run.lines.length > 100);
  run.child.kill('SIGKILL');
  await run.ended;
  expect(readdirSync(data)).toEqual(expect.arrayContaining(['catalog.db', 'catalog.db-wal', 'holder.json']));
  const told = run.lines.map(({ image }) => String(image));
  const { count, results } = await answers(data, told.slice(-5));
  expect(count).toBeGreaterThanOrEqual(told.length);
  for (const found of Object.values(results)) expect(found).toHaveLength(20);
});
