import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { copySamples, fixtures, indexer, temporaryPlace } from './command-line.ts';

const place = temporaryPlace();
const folder = join(place, 'photos');
const data = join(place, 'data');
let names: string[] = [];

const similar = (image: string, ...more: string[]) => indexer(['similar', image, '--data', data, ...more]);
const resultsOf = (answer: Record<string, unknown> = {}) => answer.results as { image: string; score: number }[];
const imagesOf = (answer: Record<string, unknown> | undefined) => resultsOf(answer).map(({ image }) => image);

beforeAll(async () => {
  names = copySamples(folder, 6);
  mkdirSync(join(folder, 'sub'));
  copyFileSync(join(folder, names[0]!), join(folder, 'sub', 'copy.jpeg'));
  await indexer(['index', folder, '--data', data]);
  copySamples(folder, 1, 30);
});

test('an indexed picture is answered with the body of GET /similar', async () => {
  const { code, json } = await similar(names[0]!, '-k', '3', '--json');
  expect(json).toEqual([
    {
      query: { root: 'photos', image: names[0], id: expect.any(Number) },
      space: expect.stringMatching(/^[0-9a-f]{16}$/),
      took_ms: expect.any(Number),
      timings: { embed: 0, search: expect.any(Number) },
      plan: { mode: 'exact', candidates: 6 },
      results: expect.any(Array),
      next_offset: 3,
    },
  ]);
  expect(resultsOf(json[0])[0]).toMatchObject({
    root: 'photos',
    image: 'sub/copy.jpeg',
    score: 1,
    label: null,
    prediction: null,
  });
  expect(imagesOf(json[0])).toHaveLength(3);
  expect(code).toBe(0);
});

test('people get a line with score, root and name for each', async () => {
  const { stdout, stderr } = await similar(names[0]!, '-k', '2');
  expect(stdout).toMatch(/^1\.0000 {2}photos {2}sub\/copy\.jpeg\n0\.\d{4} {2}photos {2}\S+\n$/);
  expect(stderr).toMatch(/^exact over 6 contents, \d+\.\d ms\n$/);
  expect((await similar(names[0]!, '--quiet')).stderr).toBe('');
});

test('a file name that only one image has is enough', async () => {
  const { json } = await similar('copy.jpeg', '--json');
  expect(json[0]?.query).toMatchObject({ image: 'sub/copy.jpeg' });
});

test.each([
  ['its absolute path', (name: string) => join(folder, name)],
  ['a path with ./', (name: string) => `./${relative(process.cwd(), join(folder, name))}`],
])('an indexed picture is known by %s', async (_, path) => {
  const { json, code } = await similar(path(names[1]!), '--json');
  expect(json[0]?.query).toMatchObject({ root: 'photos', image: names[1] });
  expect(code).toBe(0);
});

test('a file outside is searched by its pixels', async () => {
  const path = join(place, 'elsewhere.jpeg');
  copyFileSync(join(folder, names[2]!), path);
  const { json } = await similar(path, '--json');
  expect(json[0]).toMatchObject({ query: null, results: [{ image: names[2], score: 1 }, {}, {}, {}, {}, {}, {}] });
});

test('a file in a root that is not indexed yet is searched by its pixels', async () => {
  const [name] = copySamples(join(place, 'unused'), 1, 30);
  const { json, code } = await similar(join(folder, name!), '--json');
  expect(json[0]).toMatchObject({ query: null, timings: { embed: expect.any(Number) } });
  expect(code).toBe(0);
  expect((await similar(name!)).stderr).toContain('not indexed yet');
});

test.each([
  ['an unknown name', 'no-such-thing.jpg', 'image_not_found', 1],
  ['a path of a missing file', './no-such-thing.jpg', 'image_not_found', 1],
  ['a path outside the roots', '../../etc/no-such-thing.jpg', 'image_not_found', 1],
  ['a folder', folder, 'usage', 2],
  ['the root itself by ./', `./${relative(process.cwd(), folder)}`, 'usage', 2],
])('%s is an error that names it', async (_, image, code, exit) => {
  const ran = await similar(image, '--json');
  expect(ran.json).toMatchObject([{ type: 'error', error: { code } }]);
  expect(ran.stderr).toContain(image.replace(/^(\.\.?\/)+/, ''));
  expect(ran.code).toBe(exit);
});

test('a text file is no picture', async () => {
  writeFileSync(join(place, 'text.txt'), 'hello');
  const { json, code } = await similar(join(place, 'text.txt'), '--json');
  expect(json).toMatchObject([{ type: 'error', error: { code: 'not_an_image' } }]);
  expect(code).toBe(1);
});

test('a file beyond --max-upload is refused, and the limit can be raised', async () => {
  const path = join(place, 'large.jpeg');
  copyFileSync(join(folder, names[2]!), path);
  const { json, code } = await similar(path, '--max-upload', '1kB', '--json');
  expect(json).toMatchObject([{ type: 'error', error: { code: 'upload_too_large' } }]);
  expect(code).toBe(1);
  expect((await similar(path, '--max-upload', '30MB')).code).toBe(0);
});

test.each([
  [['-k', '-1'], '-k must be a whole number from 1 to 1000; got -1'],
  [['-k', '0'], '-k must be a whole number from 1 to 1000; got 0'],
  [['-k', '1e9'], '-k must be a whole number from 1 to 1000; got 1e9'],
  [['-k', 'NaN'], '-k must be a whole number from 1 to 1000; got NaN'],
  [['-k', 'abc'], '-k must be a whole number from 1 to 1000; got abc'],
  [['-k', '2.5'], '-k must be a whole number from 1 to 1000; got 2.5'],
  [['-k', ''], '-k must be a whole number from 1 to 1000'],
  [['--offset', '-3'], '--offset must be a whole number from 0 to '],
  [['--min-score', '3'], '--min-score must be a number from -1 to 1; got 3'],
  [['--crop', '1,2,3'], '--crop must be x,y,w,h: '],
  [['--crop', '0.5,0,0.6,1'], '--crop must be x,y,w,h: '],
])('%j is a usage error', async (flags, message) => {
  const { stderr, stdout, code } = await similar(names[0]!, ...flags);
  expect(stderr).toContain(`error: ${message}`);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test('an unknown root is named', async () => {
  const { stderr, code } = await similar(names[0]!, '--root', 'nix');
  expect(stderr).toContain('no root is named "nix"');
  expect(code).toBe(1);
});

test('a crop goes through the network', async () => {
  const { json } = await similar(names[3]!, '--crop', '0,0,0.5,0.5', '--json');
  const [answer] = json as { timings: { embed: number }; results: { score: number }[] }[];
  expect(answer?.timings.embed).toBeGreaterThan(0);
  expect(answer?.results[0]?.score).toBeLessThan(0.999);
});

test('--min-score cuts off, --offset goes on, --include-self keeps the picture', async () => {
  const best = await similar(names[0]!, '--min-score', '0.99', '--json');
  expect(imagesOf(best.json[0])).toEqual(['sub/copy.jpeg']);
  const [all, later] = [await similar(names[0]!, '--json'), await similar(names[0]!, '--offset', '2', '--json')];
  expect(imagesOf(later.json[0])).toEqual(imagesOf(all.json[0]).slice(2));
  const own = await similar(names[0]!, '--include-self', '--json');
  expect(imagesOf(own.json[0])).toContain(names[0]);
  expect(imagesOf(own.json[0])).toHaveLength(7);
});

test('--exact and --no-exact choose the search, and the answer says which ran', async () => {
  const exact = await similar(names[0]!, '--exact', '--json');
  expect(exact.json[0]?.plan).toMatchObject({ mode: 'exact' });
  const hnsw = await similar(names[0]!, '--no-exact', '--json');
  const plan = hnsw.json[0]?.plan as { mode: string; note?: string };
  // HNSW may still be loading: then the answer says why it was not used.
  if (plan.mode === 'exact') expect(plan.note).toMatch(/./);
  else expect(plan.mode).toBe('hnsw');
  expect(imagesOf(hnsw.json[0])).toEqual(imagesOf(exact.json[0]));
});

test('what is in quarantine is said to be there', async () => {
  copyFileSync(join(fixtures, 'quadrants.gif'), join(folder, 'fine.gif'));
  writeFileSync(join(folder, 'broken.jpg'), 'text');
  expect((await indexer(['index', folder, '--data', data])).code).toBe(3);
  const { stderr, code } = await similar('broken.jpg');
  expect(stderr).toContain('"broken.jpg" is in quarantine: not_an_image');
  expect(code).toBe(1);
});
