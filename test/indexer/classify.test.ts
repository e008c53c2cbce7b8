import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shippedModels } from '../../src/files.ts';
import type { Classified, LabelScore } from '../../src/index.ts';
import {
  age,
  fixtures,
  flowers,
  indexer,
  jsonLines,
  killWhatIsLeft,
  samples,
  startServer,
  temporaryPlace,
} from './command-line.ts';

killWhatIsLeft();
const place = temporaryPlace();
const sample = (name: string): string => join(samples, `${name}.jpeg`);
const [pepper, apple, pork] = [sample('D034'), sample('E061'), sample('O048')];
type Line = Partial<Classified> & { image: string; error?: { code: string } };
const lines = (json: unknown[]) => json as Line[];

/** A folder with pictures that are older than an hour. */
function photos(name: string, sources: readonly string[]): string {
  const folder = join(place, name);
  mkdirSync(folder);
  for (const source of sources) {
    const path = join(folder, relative(samples, source));
    copyFileSync(source, path);
    age(path);
  }
  return folder;
}

describe('indexer classify', () => {
  const data = join(place, 'empty');
  let own = 0;
  const classify = (...args: string[]) => indexer(['classify', ...args, '--data', data]);

  test('names what is in any file, without a collection', async () => {
    const { code, json } = await classify(pepper, '--json');
    expect(code).toBe(0);
    expect(json).toEqual([
      { image: pepper, head: null, predictions: expect.any(Array), backbone: 'efficientnet-lite0' },
    ]);
    const predictions = lines(json)[0]!.predictions!;
    expect(predictions).toHaveLength(3);
    expect(predictions[0]).toEqual({ label: 'bell pepper', wnid: 'n07720875', p: expect.closeTo(0.99, 1) });
    own = predictions[0]!.p;
    expect(predictions[1]!.p).toBeLessThan(own);
  });

  test('gives people a line for each class, under the picture where there are several', async () => {
    const { stdout } = await classify(pepper, apple, '--top', '2');
    const line = / {3,4}\d+\.\d % {2}\S.* {2}n\d{8}/.source;
    expect(stdout).toMatch(new RegExp(`^\\S+D034\\.jpeg\n${line}\n${line}\n\\S+E061\\.jpeg\n${line}\n${line}\n$`));
    expect(stdout).toContain('%  custard apple  n07760859');
  });

  test('goes on after a file that is broken, and ends with 3', async () => {
    const text = join(place, 'text.jpg');
    writeFileSync(text, 'no picture');
    const missing = join(place, 'missing.jpg');
    const { code, json, stderr } = await classify(text, pepper, missing, place, apple, '--top', '1', '--json');
    expect(code).toBe(3);
    expect(lines(json).map((line) => line.error?.code ?? line.predictions![0]!.label)).toEqual([
      'not_an_image',
      'bell pepper',
      'image_not_found',
      'usage',
      'custard apple',
    ]);
    expect(lines(json).map(({ image }) => image)).toEqual([text, pepper, missing, place, apple]);
    expect(stderr).toBe('');
    expect((await classify(text)).stderr).toMatch(/^failed: \S+text\.jpg: not_an_image: /);
  });

  test.each([
    [['--top', '0'], 2, '--top must be a whole number from 1 to 1000; got 0'],
    [['--crop', '1,1,1,1'], 2, '--crop must be x,y,w,h'],
    [['--backbone', 'nothing'], 1, 'backbone must be one of efficientnet-lite0'],
  ])('%j is refused', async (flags, exit, message) => {
    const { code, stderr } = await classify(pepper, apple, ...flags);
    expect(code).toBe(exit);
    expect(stderr).toContain(message);
  });

  test('--backbone runs another network, also one of a folder', async () => {
    const folder = join(place, 'squashed');
    cpSync(join(shippedModels, 'efficientnet-lite0'), folder, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as object;
    const changed = { ...manifest, name: 'squashed', resize: { policy: 'squash', kernel: 'nearest' } };
    writeFileSync(join(folder, 'model.json'), JSON.stringify(changed));
    const [line] = lines((await classify(pepper, '--backbone', relative('.', folder), '--json')).json);
    expect(line!.backbone).toBe('squashed');
    expect(line!.predictions![0]).toEqual({ label: 'bell pepper', wnid: 'n07720875', p: expect.any(Number) });
    expect(line!.predictions![0]!.p).not.toBe(own);
  });

  test('a network without its last layers is no_classes', async () => {
    const folder = join(place, 'topless');
    cpSync(join(shippedModels, 'efficientnet-lite0'), folder, { recursive: true });
    const { classes: _, ...manifest } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as {
      classes: unknown;
    };
    writeFileSync(
      join(folder, 'model.json'),
      JSON.stringify({ ...manifest, name: 'topless', resize: { policy: 'squash', kernel: 'cubic' } }),
    );
    const { code, stderr } = await classify(apple, '--backbone', folder);
    expect(code).toBe(1);
    expect(stderr).toContain('network topless tells no classes apart');
  });

  const daisies = join(flowers, 'val', 'daisy');
  const isThere = existsSync(daisies);
  test.skipIf(!isThere)(
    `most daisies are daisies${isThere ? '' : ' (skipped: ../shared/flowers is not there)'}`,
    async () => {
      const files = readdirSync(daisies).map((name) => join(daisies, name));
      const { json } = await classify(...files, '--top', '1', '--json');
      const right = lines(json).filter(({ predictions }) => predictions?.[0]?.label === 'daisy');
      expect(files.length).toBeGreaterThan(20);
      expect(right.length / files.length).toBeGreaterThan(0.75);
    },
  );
});

describe('--classify', () => {
  const imagesOf = (json: Record<string, unknown>[]) =>
    (json[0]!.results as { image: string; classes: LabelScore[] }[]).map(({ image, classes }) => [
      image,
      classes?.[0]?.label,
    ]);

  test('stores what is in each picture, to show it and to search by it', async () => {
    const data = join(place, 'classified');
    const folder = photos('pictures', [pepper, apple, pork, sample('D035')]);
    copyFileSync(
      join(fixtures, readdirSync(fixtures).find((name) => name.endsWith('.gif'))!),
      join(folder, 'other.gif'),
    );
    age(join(folder, 'other.gif'));
    const { code } = await indexer(['index', folder, '--data', data, '--classify']);
    expect(code).toBe(0);
    const ask = (...flags: string[]) => indexer(['similar', 'D034.jpeg', '--data', data, ...flags]);
    expect(imagesOf((await ask('--class', 'bell pepper', '--json')).json)).toEqual([['D035.jpeg', 'bell pepper']]);
    const both = await ask('--class', 'Bell_Pepper', '--class', 'custard apple', '--class-min-p', '.5', '--json');
    expect(imagesOf(both.json).sort()).toEqual([
      ['D035.jpeg', 'bell pepper'],
      ['E061.jpeg', 'custard apple'],
    ]);
    expect(both.json[0]?.plan).toMatchObject({ mode: 'exact', candidates: 3 });
    expect((await ask('--class', 'bell pepper')).stdout).toMatch(
      /^0\.\d{4} {2}pictures {2}D035\.jpeg {2}bell pepper \d+ %\n$/,
    );
    const unknown = await ask('--class', 'bell peper');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/^error: --class must be a name or wnid .*"bell peper"\nhint: near: bell pepper/);
    const { json } = await indexer(['status', '--data', data, '--json']);
    expect(json[0]?.classes).toEqual({ stored: false, classified: 5, lacking: 0 });
  });

  test('classifies what was indexed without, in a rebuild', async () => {
    const data = join(place, 'later');
    const folder = photos('more', [pepper, apple]);
    await indexer(['index', folder, '--data', data]);
    const again = await indexer(['index', folder, '--data', data, '--classify']);
    expect(again.stderr).toContain('2 pictures were indexed without their classes: indexer rebuild --classify');
    const rebuilt = await indexer(['rebuild', '--data', data, '--classify', '--json']);
    expect(rebuilt.json.at(-1)).toMatchObject({ type: 'rebuilt', embedded: 2, failed: 0, vectors: 2 });
    expect((await indexer(['similar', pepper, '--data', data, '--class', 'custard apple'])).stdout).toContain(
      'E061.jpeg',
    );
    const { stdout } = await indexer(['status', '--data', data]);
    expect(stdout).toContain('classes of 2 contents\n');
  });

  test('is for the process that holds the collection to say', async () => {
    const data = join(place, 'held');
    const folder = photos('served', [pepper, apple]);
    const server = await startServer([folder, '--data', data]);
    const refused = await indexer(['rebuild', '--data', data, '--classify']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--classify must be given to the process that holds the collection');
    const bytes = await fetch(`${server.url}/classify?top=1`, {
      method: 'POST',
      body: readFileSync(pork),
      headers: { 'content-type': 'image/jpeg' },
    });
    expect(await bytes.json()).toMatchObject({ predictions: [{ label: 'hog' }] });
    const { stdout } = await indexer(['classify', pork, '--data', data, '--top', '1', '--json']);
    expect(jsonLines(stdout)).toMatchObject([{ predictions: [{ label: 'hog' }] }]);
  });
});
