import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokenFiles, writeBrokenFiles } from './broken-files.ts';
import { flowers, indexer, temporaryPlace } from './command-line.ts';

const original = join(flowers, 'train');
const isThere = existsSync(original);
if (!isThere) console.warn(`skipped: the 650 flowers are not at ${original}`);

test.skipIf(!isThere)('650 flowers are indexed once, and ten broken files beside them fail once', async () => {
  const place = temporaryPlace();
  const folder = join(place, 'train');
  const data = join(place, 'data');
  cpSync(original, folder, { recursive: true, preserveTimestamps: true });
  const index = () => indexer(['index', folder, '--data', data, '--json']);

  const first = await index();
  const { indexed, reused, ...counts } = first.json.at(-1) as Record<string, number>;
  expect(indexed! + reused!).toBe(650);
  // Two pairs of them are the same bytes.
  expect(counts).toMatchObject({ inferences: 648, failed: 0, quarantined: 0, unchanged: 0 });
  expect(first.code).toBe(0);

  const second = await index();
  expect(second.json.at(-1)).toMatchObject({ unchanged: 650, inferences: 0, indexed: 0, reused: 0, failed: 0 });
  expect(second.code).toBe(0);

  writeBrokenFiles(folder);
  const third = await index();
  expect(third.json.at(-1)).toMatchObject({ failed: 10, quarantined: 10, unchanged: 650 });
  expect(third.code).toBe(3);
  const failures = await indexer(['failures', '--data', data, '--json']);
  expect(failures.json.map(({ image }) => image).sort()).toEqual(Object.keys(brokenFiles).sort());
  for (const { image, reason } of failures.json) expect(brokenFiles[image as string]).toContain(reason);

  const fourth = await index();
  expect(fourth.json.at(-1)).toMatchObject({ failed: 0, quarantined: 10, unchanged: 650 });
  expect(fourth.code).toBe(0);
});
