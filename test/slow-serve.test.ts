import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ImageAnswer } from '../server/schemas.ts';
import { temporaryFolder } from './support/folder.ts';
import { runIndexer, startServe, startSwept } from './support/indexer.ts';
import { copyInto, makePictures, photographs, sha256Of } from './support/pictures.ts';
import { idle, idsByName, serveSome } from './support/some.ts';
import { until } from './support/until.ts';

/** How soon a picture that was copied in must be found, and a deleted one be gone, in milliseconds. */
const soon = 3000;

test('a picture that is copied in is found within three seconds, each time', async () => {
  const served = await serveSome(60, 15);
  for (const file of served.more) {
    copyInto(served.photos, [file]);
    await until('it is found', async () => (await served.api.found(basename(file))) === 200, soon);
  }
  const { results } = await served.api.similar(basename(served.more[0]!), { k: 1000 });
  expect(results).toHaveLength(74);
  expect(await served.api.status()).toMatchObject({ images: 75, contents: 75, inferences: 75, quarantined: 0 });
});

test('a picture that is copied slowly is neither in quarantine nor embedded by halves', async () => {
  const served = await serveSome(3, 1);
  const [file] = served.more as [string];
  const bytes = readFileSync(file);
  const pieces = 12;
  const seen = new Set<string>();
  for (let i = 0; i < pieces; i++) {
    const piece = bytes.subarray((bytes.length * i) / pieces, (bytes.length * (i + 1)) / pieces);
    appendFileSync(join(served.photos, 'slow.jpg'), piece);
    await sleep(150);
    for (const { image, reason } of await served.api.failures()) seen.add(`${image}: ${reason}`);
    if (i < pieces - 1 && (await served.api.found('slow.jpg')) !== 409) seen.add('it is not pending');
  }
  await until('it is found', async () => (await served.api.found('slow.jpg')) === 200);
  expect([...seen]).toEqual([]);
  const told = served.lines.filter((line) => line.image === 'slow.jpg');
  expect(told).toEqual([expect.objectContaining({ type: 'indexed', content: sha256Of(file) })]);
  expect(await idle(served)).toMatchObject({ images: 4, inferences: 4, quarantined: 0 });
});

test('a copy that stalls in the middle is in results once it is complete', async () => {
  const served = await serveSome(3, 1);
  const [file] = served.more as [string];
  const bytes = readFileSync(file);
  writeFileSync(join(served.photos, 'stalled.jpg'), bytes.subarray(0, bytes.length / 2));
  await until('half of it was looked at', async () => (await served.api.failures()).length === 1);
  expect((await served.api.failures())[0]).toMatchObject({ image: 'stalled.jpg', reason: 'truncated' });
  appendFileSync(join(served.photos, 'stalled.jpg'), bytes.subarray(bytes.length / 2));
  await until('it is found', async () => (await served.api.found('stalled.jpg')) === 200);
  expect(await idle(served)).toMatchObject({ images: 4, inferences: 4, quarantined: 0 });
  expect(await served.api.get('/images?image=stalled.jpg')).toMatchObject({ images: [{ content: sha256Of(file) }] });
});

test('a renamed picture answers under its new name, as the same image, with no new inference', async () => {
  const served = await serveSome(20);
  const [name] = served.names as [string];
  const before = (await served.api.images()).find(({ image }) => image === name)!;
  const answer = await served.api.similar(name);
  mkdirSync(join(served.photos, 'kept'));
  for (const next of ['renamed.jpeg', 'kept/moved.jpeg']) {
    const { image } = await served.api.get<ImageAnswer>(`/images/${before.id}`);
    renameSync(join(served.photos, image), join(served.photos, next));
    await until('its new name is found', async () => (await served.api.found(next)) === 200);
    await until('its old name is gone', async () => (await served.api.found(image)) === 404);
    expect(await served.api.similar(next)).toMatchObject({ query: { id: before.id }, results: answer.results });
  }
  expect(await idle(served)).toMatchObject({ images: 20, inferences: 20 });
});

test('a renamed tree of 500 pictures costs no inference and leaves the index untouched', async () => {
  const place = temporaryFolder();
  const [photos, data] = [join(place, 'photos'), join(place, 'data')];
  await makePictures(join(photos, 'old', 'deep'), 500);
  copyInto(photos, photographs(3));
  await (await startSwept([photos], data)).stop();
  const files = () => readdirSync(join(data, 'index')).map((file) => sha256Of(join(data, 'index', file)));
  const saved = files();
  expect(saved).toHaveLength(2);

  const served = await startSwept([photos], data);
  const before = await idle(served);
  const ids = idsByName(await served.api.images());
  renameSync(join(photos, 'old'), join(photos, 'new name'));
  await until('all answer under their new names', async () => {
    const images = await served.api.images();
    return images.length === 503 && images.filter(({ image }) => image.startsWith('new name/deep/')).length === 500;
  });
  const after = await idle(served);
  expect(after).toMatchObject({ images: 503, inferences: 0, contents: before.contents, quarantined: 0 });
  expect(after.index).toEqual(before.index);
  const renamed = Object.entries(ids).map(([name, id]) => [name.replace(/^old/, 'new name'), id]);
  expect(idsByName(await served.api.images())).toEqual(Object.fromEntries(renamed));
  expect(await served.api.found('old/deep/1.jpg')).toBe(404);
  await served.stop();
  expect(files()).toEqual(saved);
});

test('a deleted picture is gone from results at once and everywhere', async () => {
  const served = await serveSome(20);
  const [name, other] = served.names as [string, string];
  const { id } = (await served.api.images()).find(({ image }) => image === name)!;
  expect((await served.api.ask(`/images/${id}/thumbnail`)).status).toBe(200);
  rmSync(join(served.photos, name));
  await until('it is gone', async () => (await served.api.found(name)) === 404, soon);
  for (const path of [`/similar?id=${id}`, `/images/${id}`, `/images/${id}/file`, `/images/${id}/thumbnail`]) {
    expect([path, (await served.api.ask(path)).status]).toEqual([path, 404]);
  }
  for (const exact of ['true', 'false']) {
    const { results } = await served.api.similar(other, { k: 1000, exact });
    expect(results).toHaveLength(18);
    expect(results.map(({ image }) => image)).not.toContain(name);
  }
  expect((await served.api.images()).map(({ image }) => image)).not.toContain(name);
  const { images, roots } = await served.api.status();
  expect([images, roots[0]!.images]).toEqual([19, 19]);
});

test('a deleted picture that comes back costs no inference', async () => {
  const served = await serveSome(5);
  const [name] = served.names as [string];
  const { id } = (await served.api.images()).find(({ image }) => image === name)!;
  renameSync(join(served.photos, name), join(served.place, name));
  await until('it is gone', async () => (await served.api.found(name)) === 404);
  renameSync(join(served.place, name), join(served.photos, name));
  await until('it is back', async () => (await served.api.found(name)) === 200);
  expect(await served.api.similar(name)).toMatchObject({ query: { id } });
  expect(await idle(served)).toMatchObject({ images: 5, inferences: 5 });
});

test('another picture under the same name gives its own answer', async () => {
  const served = await serveSome(20, 1);
  const [name] = served.names as [string];
  const before = await served.api.similar(name);
  copyFileSync(served.more[0]!, join(served.photos, name));
  const content = sha256Of(served.more[0]!);
  await until('the new picture is known', async () =>
    (await served.api.get<{ images: ImageAnswer[] }>(`/images?image=${name}`)).images.some(
      (image) => image.content === content,
    ),
  );
  const after = await served.api.similar(name);
  expect(after.results).not.toEqual(before.results);
  // It is asked about as an upload too, which takes no note of what was there.
  const upload = await served.api.ask<typeof after>('/similar?k=1', {
    method: 'POST',
    body: readFileSync(served.more[0]!),
    headers: { 'content-type': 'image/jpeg' },
  });
  expect(upload.body.results[0]).toMatchObject({ image: name, score: 1 });
  expect(await idle(served)).toMatchObject({ images: 20, inferences: 21 });
});

test('names with spaces, in either Unicode form, and of 200 characters are found as they are typed', async () => {
  const served = await serveSome(3, 5);
  const odd = ['with  two spaces & more?.jpg', 'Käse.jpg'.normalize('NFD'), 'Pâté.jpg'.normalize('NFC'), '写真.jpg'];
  const long = `${'x'.repeat(196)}.jpg`;
  const names = [...odd, long];
  names.forEach((name, i) => {
    copyFileSync(served.more[i]!, join(served.photos, name));
  });
  for (const name of names) {
    for (const form of ['NFC', 'NFD'] as const) {
      const typed = name.normalize(form);
      await until(`${typed} in ${form}`, async () => (await served.api.found(typed)) === 200);
      const { id } = (await served.api.similar(typed)).query!;
      expect((await served.api.ask(`/images/${id}/file`)).status).toBe(200);
    }
  }
  expect(await idle(served)).toMatchObject({ images: 8, inferences: 8, quarantined: 0 });
  const typed = await runIndexer(['similar', 'Käse.jpg'.normalize('NFC'), '--data', served.data]);
  expect([typed.code, typed.lines[0]?.results]).toEqual([0, expect.arrayContaining([expect.anything()])]);
});

test('two files with the same bytes that are copied in at once run the network once', async () => {
  const served = await serveSome(5, 1);
  const [file] = served.more as [string];
  copyFileSync(file, join(served.photos, 'one.jpg'));
  copyFileSync(file, join(served.photos, 'two.jpg'));
  for (const name of ['one.jpg', 'two.jpg']) {
    await until(`${name} is found`, async () => (await served.api.found(name)) === 200);
  }
  expect(await idle(served)).toMatchObject({ images: 7, contents: 6, inferences: 6, index: { count: 6 } });
  expect((await served.api.similar('one.jpg')).results[0]).toMatchObject({ image: 'two.jpg', score: 1 });
  const told = served.lines.filter(({ image }) => image === 'one.jpg' || image === 'two.jpg');
  expect(told.map(({ type }) => type).sort()).toEqual(['indexed', 'reused']);
});

test('a broken file is in quarantine until it is mended', async () => {
  const served = await serveSome(3, 1);
  writeFileSync(join(served.photos, 'broken.jpg'), 'this is no picture');
  await until('it is in quarantine', async () => (await served.api.failures()).length === 1);
  expect(await served.api.failures()).toEqual([
    expect.objectContaining({ image: 'broken.jpg', reason: 'not_an_image' }),
  ]);
  expect(await served.api.status()).toMatchObject({ images: 3, quarantined: 1 });
  const asked = await served.api.ask('/similar?image=broken.jpg');
  expect([asked.status, asked.body.error.code]).toEqual([422, 'image_quarantined']);
  copyFileSync(served.more[0]!, join(served.photos, 'broken.jpg'));
  await until('it is found', async () => (await served.api.found('broken.jpg')) === 200);
  expect(await served.api.failures()).toEqual([]);
  expect(await served.api.status()).toMatchObject({ images: 4, quarantined: 0 });
});

test('a picture that is on the disk but not done yet is pending, one that is nowhere is not found', async () => {
  const place = temporaryFolder();
  const [photos, data] = [join(place, 'photos'), join(place, 'data')];
  await makePictures(photos, 400);
  const served = await startServe([photos], data, ['--workers', '1']);
  await until('the first picture is found', async () => (await served.api.status()).images > 0);
  const last = (await served.api.status()).images;
  const names = readdirSync(photos);
  const answers = await Promise.all(
    names.map((name) => served.api.ask<{ error?: { code: string } }>(`/similar?image=${name}`)),
  );
  const pending = answers.filter(({ status }) => status === 409);
  expect(pending.length).toBeGreaterThan(0);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(last);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
  for (const { body, headers } of pending) {
    expect([body.error?.code, Number(headers.get('retry-after'))]).toEqual(['image_pending', expect.any(Number)]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(await served.api.found('nowhere.jpg')).toBe(404);
  await until('all are found', async () => (await served.api.status()).images === 400);
});
