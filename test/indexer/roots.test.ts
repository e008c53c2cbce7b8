import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { copySamples, indexer, temporaryPlace } from './command-line.ts';

const place = temporaryPlace();
const data = join(place, 'data');
const roots = (...argv: string[]) => indexer(['roots', ...argv, '--data', data]);

beforeAll(async () => {
  copySamples(join(place, 'photos'), 3);
  mkdirSync(join(place, 'empty'));
  await indexer(['index', join(place, 'photos'), '--data', data]);
});

test('roots lists name, state, count and folder, with and without "list"', async () => {
  const path = join(place, 'photos');
  expect((await roots('list', '--json')).json).toEqual([{ name: 'photos', state: 'online', images: 3, held: 0, path }]);
  expect((await roots('--json')).json).toHaveLength(1);
  expect((await roots()).stdout).toBe(`photos  online  3 images  ${path}\n`);
});

test('a collection without roots says how to get one', async () => {
  const { stdout, code } = await indexer(['roots', '--data', join(place, 'new')]);
  expect(stdout).toContain('indexer index DIR');
  expect(code).toBe(0);
  expect((await indexer(['roots', '--data', join(place, 'new'), '--json'])).json).toEqual([]);
});

test('add remembers a folder under its base name or --name, once', async () => {
  const { json, code } = await roots('add', join(place, 'empty'), '--name', 'void', '--json');
  expect(json).toMatchObject([{ name: 'void', images: 0, path: join(place, 'empty') }]);
  expect(code).toBe(0);
  expect((await roots('add', join(place, 'empty'), '--json')).json).toMatchObject([{ name: 'void' }]);
});

test('rename changes the name only', async () => {
  expect((await roots('rename', 'photos', 'food', '--json')).json).toMatchObject([{ name: 'food', images: 3 }]);
});

test('relocate follows a folder that moved, and embeds nothing again', async () => {
  renameSync(join(place, 'photos'), join(place, 'moved'));
  const { json, code } = await roots('relocate', 'food', join(place, 'moved'), '--json');
  expect(json).toMatchObject([
    { name: 'food', path: join(place, 'moved') },
    { type: 'summary', unchanged: 3, inferences: 0, removed: 0 },
  ]);
  expect(code).toBe(0);
});

test('a root whose folder is missing goes offline, and index says so', async () => {
  renameSync(join(place, 'moved'), join(place, 'away'));
  mkdirSync(join(place, 'moved'));
  const { stderr } = await indexer(['index', join(place, 'moved'), '--data', data, '--json']);
  expect(stderr).toContain('food: offline');
  expect((await roots('list', '--json')).json).toContainEqual(
    expect.objectContaining({ name: 'food', state: 'offline', images: 3 }),
  );
  expect((await roots('relocate', 'food', join(place, 'away'))).code).toBe(0);
});

test.each([
  [['add', join(place, 'nowhere')], 'folder_not_found'],
  [['rename', 'nix', 'new'], 'root_not_found'],
  [['rename', 'food', 'void'], 'root_exists'],
  [['relocate', 'nix', place], 'root_not_found'],
  [['relocate', 'food', join(place, 'nowhere')], 'folder_not_found'],
  [['relocate', 'food', join(place, 'moved')], 'invalid_request'],
  [['confirm', 'nix'], 'root_not_found'],
  [['confirm', 'food'], 'nothing_held'],
  [['remove', 'nix'], 'root_not_found'],
])('roots %j is an error with exit code 1', async (argv, expected) => {
  const { json, stderr, code } = await roots(...argv, '--json');
  expect(json).toMatchObject([{ type: 'error', error: { code: expected } }]);
  expect(stderr).toMatch(/^error: /);
  expect(code).toBe(1);
});

test.each([[['add']], [['rename', 'food']], [['relocate', 'food']], [['confirm']], [['remove']], [['bogus']]])(
  'roots %j is a usage error',
  async (argv) => expect((await roots(...argv)).code).toBe(2),
);

test('remove takes a root out of the results', async () => {
  expect((await roots('remove', 'food', '--json')).json).toEqual([{ type: 'root_removed', name: 'food' }]);
  expect((await roots('remove', 'void')).stdout).toContain('void is not followed any more');
  expect((await indexer(['status', '--data', data, '--json'])).json).toMatchObject([{ images: 0, roots: [] }]);
});
