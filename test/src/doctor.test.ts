import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Check, type DoctorOptions, examine } from '../../src/doctor.ts';
import { packageRoot } from '../../src/files.ts';
import { temporaryFolder } from './engine.ts';

const picker = join(packageRoot, 'test', 'fixtures', 'models', 'picker');

async function checks(o: Partial<DoctorOptions>): Promise<Map<string, Check>> {
  const found = new Map<string, Check>();
  for await (const check of examine({ data: temporaryFolder(), device: 'cpu', backbone: picker, ...o })) {
    found.set(check.name, check);
  }
  return found;
}

test('every part of a whole installation is loaded and found good', async () => {
  const found = await checks({});
  for (const name of ['Node', 'data folder', 'catalog (SQLite)', 'decoder (sharp)', 'network', 'device', 'workers']) {
    expect(found.get(name)).toMatchObject({ state: 'ok' });
  }
  expect(found.get('network')?.message).toContain('picker, ');
  expect(found.get('device')?.message).toMatch(/^cpu /);
});

test('a part that is optional is at most a warning, with the step that brings it', async () => {
  const found = await checks({});
  const optional = [...found.values()].filter(({ name }) => /^(HEIC|index) /.test(name));
  expect(optional).toHaveLength(2);
  for (const { state, hint } of optional) {
    expect(state === 'ok' || (state === 'warning' && hint !== undefined)).toBe(true);
  }
});

test('a network that is not there, or is damaged, is an error that names it, and the others are still looked at', async () => {
  const missing = await checks({ backbone: 'nothing' });
  expect(missing.get('network')).toMatchObject({ state: 'error', message: expect.stringContaining("got 'nothing'") });
  expect(missing.get('device')?.state).toBe('error');
  expect(missing.has('workers')).toBe(true);

  const folder = temporaryFolder();
  writeFileSync(join(folder, 'model.json'), '{}');
  expect((await checks({ backbone: folder })).get('network')).toMatchObject({ state: 'error' });
});

test('a data folder that is not made yet is looked for above', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'deep'));
  const data = join(folder, 'deep', 'deeper', 'data');
  expect((await checks({ data })).get('data folder')).toMatchObject({ state: 'ok', message: `${data} can be written` });
});

test('a file where the data folder should be is an error', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect((await checks({ data: join(file, 'data') })).get('data folder')).toMatchObject({ state: 'error' });
});
