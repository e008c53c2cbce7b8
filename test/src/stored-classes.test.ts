import { describe, expect, test } from 'vitest';
import { PixkinError } from '../../src/errors.ts';
import type { ClassQuery, SearchOptions } from '../../src/types.ts';
import { type Engine, type EngineOptions, openEngine, temporaryFolder } from './engine.ts';
import { createFakeWorkers, picture } from './fake-workers.ts';
import { ended, move } from './moving.ts';

/** Its classes are what its first three numbers say. */
const looks = { tiger: [4, 1, 0], crane: [0, 3, 1], 'another crane': [0, 0, 2], both: [1, 1, 0] };

async function zoo(o: EngineOptions = {}): Promise<Engine> {
  const e = await openEngine({ classes: true, ...o });
  for (const [name, vector] of Object.entries(looks)) await e.add(`${name}.jpg`, picture(vector));
  return e;
}
const rebuild = async (e: Engine) => ended(e, e.collection.rebuild({ fromCache: false }));
const found = async (e: Engine, classes: ClassQuery, o: SearchOptions = {}) =>
  (await e.collection.search({ vector: [1, 1, 1, 0, 0, 0, 0, 0] }, { ...o, classes })).results
    .map(({ image }) => image)
    .sort();

describe('where classes are stored', () => {
  test('records and results show them, and no picture goes through the network twice', async () => {
    const e = await zoo();
    const classes = [
      { label: 'tiger', p: 0.8, wnid: 'n02129604' },
      { label: 'crane', p: 0.2, wnid: 'n02012849' },
      { label: 'crane', p: 0, wnid: 'n03126707' },
    ];
    expect(e.collection.image({ image: 'tiger.jpg' }).classes).toEqual(classes);
    expect(e.collection.images().images[0]?.classes).toEqual(classes);
    const { results } = await e.collection.search({ address: { image: 'both.jpg' } });
    expect(results.find(({ image }) => image === 'tiger.jpg')?.classes).toEqual(classes);
    expect(e.workers.calls).toMatchObject({ embed: 4, classify: 0 });
    expect(e.collection.status().classes).toEqual({ stored: true, classified: 4, lacking: 0 });
  });

  test('a copy has those of its content', async () => {
    const e = await zoo();
    await e.add('copy.jpg', picture(looks.tiger));
    expect(e.collection.image({ image: 'copy.jpg' }).classes?.[0]?.label).toBe('tiger');
    expect(await found(e, { anyOf: ['tiger'], minP: 0.6 })).toEqual(['copy.jpg', 'tiger.jpg']);
  });

  test('a search is among pictures of a class, from .1 on where nothing else is said', async () => {
    const e = await zoo();
    expect(await found(e, { anyOf: ['tiger'] })).toEqual(['both.jpg', 'tiger.jpg']);
    expect(await found(e, { anyOf: ['tiger'], minP: 0.6 })).toEqual(['tiger.jpg']);
    expect(await found(e, { anyOf: ['tiger'], minP: 0 })).toHaveLength(4);
    expect(await found(e, { anyOf: ['CRANE'], minP: 0.3 })).toEqual(['another crane.jpg', 'both.jpg', 'crane.jpg']);
    expect(await found(e, { anyOf: ['n03126707'], minP: 0.3 })).toEqual(['another crane.jpg']);
    expect(await found(e, { anyOf: ['n03126707', 'tiger'], minP: 0.6 })).toEqual(['another crane.jpg', 'tiger.jpg']);
  });

  test('as many results come as there are, up to k, whichever search runs, and the plan counts only those', async () => {
    const e = await zoo();
    for (let n = 0; n < 40; n++) await e.add(`tiger ${n}.jpg`, picture([9, n / 100], `${n}`));
    const query = { address: { image: 'tiger.jpg' } } as const;
    for (const exact of [true, false]) {
      const ask = (k: number, offset = 0) =>
        e.collection.search(query, { exact, k, offset, classes: { anyOf: ['tiger'], minP: 0.6 } });
      const { results, plan, nextOffset } = await ask(10);
      expect([results.length, plan.candidates, nextOffset]).toEqual([10, 41, 10]);
      expect((await ask(100)).results).toHaveLength(40);
      expect((await ask(10, 35)).results).toHaveLength(5);
      expect((await ask(100)).results.every(({ classes }) => classes?.[0]?.label === 'tiger')).toBe(true);
    }
    const none = await e.collection.search(query, { classes: { anyOf: ['n03126707'], minP: 1 } });
    expect(none.results.map(({ image }) => image)).toEqual(['another crane.jpg']);
  });

  test('what has left the results is not found', async () => {
    const e = await zoo();
    await e.collection.forget('pictures', ['tiger.jpg']);
    expect(await found(e, { anyOf: ['tiger'] })).toEqual(['both.jpg']);
  });

  test('images are listed by class, page by page', async () => {
    const e = await zoo();
    const classes = { anyOf: ['crane'], minP: 0.3 };
    const first = e.collection.images({ classes, limit: 2 });
    expect(first.images.map(({ image }) => image)).toEqual(['crane.jpg', 'another crane.jpg']);
    const second = e.collection.images({ classes, limit: 2, after: first.next! });
    expect(second.images.map(({ image }) => image)).toEqual(['both.jpg']);
    expect(second.next).toBeNull();
  });

  test('before the first picture a filter finds none', async () => {
    const e = await openEngine({ classes: true });
    expect(await found(e, { anyOf: ['tiger'] })).toEqual([]);
  });

  test('a probability that is none, and a class that is not known, are refused', async () => {
    const e = await zoo();
    await expect(found(e, { anyOf: ['tiger'], minP: 1.1 })).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'class_min_p must be a number from 0 to 1; got 1.1',
    });
    await expect(found(e, { anyOf: ['lion'] })).rejects.toMatchObject({ code: 'invalid_request' });
    expect(() => e.collection.images({ classes: { anyOf: ['lion'] } })).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });
});

describe('where none are stored', () => {
  test('records have none, and a filter says what to do', async () => {
    const e = await zoo({ classes: false });
    expect(e.collection.image({ image: 'tiger.jpg' })).not.toHaveProperty('classes');
    expect(e.collection.status().classes).toEqual({ stored: false, classified: 0, lacking: 4 });
    await expect(found(e, { anyOf: ['tiger'] })).rejects.toMatchObject({
      code: 'no_classes',
      hint: expect.stringContaining('indexer rebuild --classify'),
    });
  });

  test('a network without classes has no status of them, and cannot be filtered by', async () => {
    const e = await zoo({ classes: false, classNames: [] });
    expect(e.collection.status().classes).toBeNull();
    await expect(found(e, { anyOf: ['tiger'] })).rejects.toMatchObject({ code: 'no_classes' });
  });

  test('a rebuild stores nothing', async () => {
    const e = await zoo({ classes: false });
    expect((await rebuild(e)).result).toEqual(expect.not.objectContaining({ unclassified: expect.anything() }));
    expect(e.workers.calls.embed).toBe(4);
  });
});

describe('pictures that were indexed before', () => {
  /** Indexed without classes, opened again with them. */
  async function indexedBefore(o: EngineOptions = {}): Promise<Engine> {
    const data = temporaryFolder();
    const first = await zoo({ classes: false, data });
    await first.collection.close();
    const e = await openEngine({ classes: true, data, root: 'again', ...o });
    e.collection.roots.relocate('pictures', first.folder);
    return e;
  }

  test('get theirs in a rebuild, each with one run of the network, and keep their embeddings', async () => {
    const e = await indexedBefore();
    expect(e.collection.status().classes).toEqual({ stored: true, classified: 0, lacking: 4 });
    const revision = e.collection.status().vectors.revision;
    const { state, result } = await rebuild(e);
    expect(state).toBe('done');
    expect(result).toMatchObject({ embedded: 4, failed: 0, vectors: 4 });
    expect(result).not.toHaveProperty('unclassified');
    expect(e.collection.status().classes).toEqual({ stored: true, classified: 4, lacking: 0 });
    expect(e.collection.status().vectors.revision).toBe(revision);
    expect(await found(e, { anyOf: ['tiger'], minP: 0.6 })).toEqual(['tiger.jpg']);
    await rebuild(e);
    expect(e.workers.calls.embed).toBe(4);
  });

  test('whose files cannot be read now are told of, and the rest is done', async () => {
    const e = await indexedBefore();
    e.collection.roots.setState('pictures', 'offline');
    const { state, result } = await rebuild(e);
    expect(state).toBe('done');
    expect(result).toMatchObject({ embedded: 0, unclassified: 4 });
    e.collection.roots.setState('pictures', 'online');
    expect((await rebuild(e)).result).toMatchObject({ embedded: 4 });
  });

  test('are done by the next rebuild where one was cancelled', async () => {
    const e = await indexedBefore();
    const gate = e.workers.hold('embed');
    const job = e.collection.rebuild({ fromCache: false });
    await gate.reached(1);
    const cancelled = e.collection.jobs.cancel(job.id);
    gate.release();
    expect((await cancelled).state).toBe('cancelled');
    expect((await rebuild(e)).state).toBe('done');
    expect(e.collection.status().classes).toMatchObject({ classified: 4, lacking: 0 });
  });

  test('that the network cannot read any more keep their embeddings, and are told of', async () => {
    const network = (vector: Float32Array): Float32Array => {
      if (vector[0] === 4) throw new PixkinError('timed_out', 'it takes too long today');
      return vector;
    };
    const e = await indexedBefore({ network });
    expect((await rebuild(e)).result).toMatchObject({ embedded: 3, failed: 1, vectors: 4, unclassified: 1 });
    expect(e.collection.spaces()[0]).toMatchObject({ embedded: 4, lacking: 0, failed: 0, coverage: 1 });
    expect(e.collection.image({ image: 'tiger.jpg' })).not.toHaveProperty('classes');
  });
});

describe('another space', () => {
  test('has classes of its own, filled with its embeddings, and loses them when it is dropped', async () => {
    const second = createFakeWorkers({ network: (vector) => vector.slice().reverse(), classes: true });
    const e = await zoo({ networks: { second } });
    await move(e, 'second');
    expect(e.collection.status().classes).toEqual({ stored: true, classified: 4, lacking: 0 });
    expect(await found(e, { anyOf: ['tiger'], minP: 0.6 }, { space: 'first' })).toEqual(['tiger.jpg']);
    const [first] = e.catalog.spaces.list();
    expect(e.catalog.classes(first!).isEmpty()).toBe(false);
    await e.collection.dropSpace('first');
    expect(e.catalog.classes(first!).isEmpty()).toBe(true);
    expect(await found(e, { anyOf: ['tiger'], minP: 0.6 })).toEqual(['tiger.jpg']);
  });
});
