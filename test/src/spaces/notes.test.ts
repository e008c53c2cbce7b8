import { expect, test } from 'vitest';
import { openCatalog } from '../../../src/catalog/catalog.ts';
import type { SpaceRow } from '../../../src/catalog/tables/spaces.ts';
import { noteTroubles } from '../../../src/spaces/notes.ts';
import type { NetworkChoice } from '../../../src/types.ts';

const row = (pooling: SpaceRow['pooling'], dim: number): SpaceRow => ({
  ...{ id: 1, fingerprint: '0'.repeat(16), backbone: 'vgg16', folder: 'vgg16', pooling, cut: null, dim },
});

async function notesOf(flattened: SpaceRow, find: (choice: NetworkChoice) => SpaceRow): Promise<string[]> {
  const notes: string[] = [];
  const control = {
    signal: new AbortController().signal,
    progress() {},
    outcome() {},
    note: (n: string) => void notes.push(n),
  };
  const never = () => Promise.reject(new Error('nobody asked for it'));
  const networks = {
    find: async (choice: NetworkChoice) => ({ row: find(choice), open: never, workers: never }),
    ...{ recall: never, bytes: () => 0, forget: never },
  };
  await noteTroubles(openCatalog(':memory:'), networks, flattened, control);
  return notes;
}

test('very long embeddings are noted, with what would be shorter', async () => {
  expect(await notesOf(row('none', 25_088), ({ pooling }) => row(pooling ?? null, 512))).toEqual([
    'vgg16 gives 25088 numbers: 151 kB on the disk and 201 kB in memory for each picture; --pooling avg gives 512',
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
