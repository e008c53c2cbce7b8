import { expect, test } from 'vitest';
import { openCatalog } from '../../../src/catalog/catalog.ts';
import type { SpaceRow } from '../../../src/catalog/tables/spaces.ts';
import { noteTroubles } from '../../../src/spaces/notes.ts';
import type { NetworkChoice } from '../../../src/types.ts';
import { pictureFacts } from '../catalog/facts.ts';

const row = (pooling: SpaceRow['pooling'], dim: number): SpaceRow => ({
  ...{ id: 1, fingerprint: '0'.repeat(16), backbone: 'vgg16', folder: 'vgg16', pooling, cut: null, base: null, dim },
});

async function notesOf(
  flattened: SpaceRow,
  find: (choice: NetworkChoice) => SpaceRow,
  pictures = 0,
): Promise<string[]> {
  const notes: string[] = [];
  const control = {
    signal: new AbortController().signal,
    progress() {},
    outcome() {},
    training() {},
    note: (n: string) => void notes.push(n),
  };
  const never = () => Promise.reject(new Error('nobody asked for it'));
  const networks = {
    find: async (choice: NetworkChoice) => ({ row: find(choice), open: never, workers: never }),
    ...{ recall: never, bytes: () => 0, forget: never },
  };
  const catalog = openCatalog(':memory:');
  for (let n = 0; n < pictures; n++) catalog.contents.insert(pictureFacts(String(n)));
  await noteTroubles(catalog, networks, flattened, control);
  return notes;
}

test('very long embeddings are noted, with what would be shorter', async () => {
  expect(await notesOf(row('none', 25_088), ({ pooling }) => row(pooling ?? null, 512))).toEqual([
    'vgg16 gives 25088 numbers: 151 kB on the disk and 201 kB in memory for each picture; --pooling avg gives 512',
  ]);
});

test('a projection is proposed where there are pictures enough to fit it on', async () => {
  const find = ({ pooling }: NetworkChoice): SpaceRow => row(pooling ?? null, 512);
  const proposals = await Promise.all([3000, 650, 100].map((pictures) => notesOf(row('none', 25_088), find, pictures)));
  expect(proposals.map(([note]) => note?.split('; ')[1])).toEqual([
    '--pooling avg gives 512, --project 512 makes 512 of them',
    '--pooling avg gives 512, --project 162 makes 162 of them',
    '--pooling avg gives 512',
  ]);
});

test('a network that cannot be pooled in another way has no such proposal', async () => {
  const refuse = (): never => {
    throw new Error('an ONNX file');
  };
  expect(await notesOf(row('none', 25_088), refuse)).toEqual([expect.stringMatching(/for each picture$/)]);
});

test('embeddings of the usual length are not worth a word', async () => {
  expect(await notesOf(row('avg', 2048), () => row('avg', 2048))).toEqual([]);
});
