import { join } from 'node:path';
import { findBackbone, listNetworks, modelFoldersOf, verifyNetwork } from '../../../src/index.ts';
import type { Context } from '../../context.ts';

/** Whether networks are what their manifests say: those that are named, else all that are there. The exit code is 1 where one is not. */
export async function verify({ config, io, env }: Context, names: readonly string[]): Promise<number> {
  const folders = modelFoldersOf(config.data);
  let code = 0;
  for (const [name, folder] of names.length > 0 ? await named(names, folders) : await all(config.data)) {
    for await (const { check, ok, message } of verifyNetwork(folder, { device: config.device, env })) {
      io.json({ name, check, ok, message });
      io.text(`${ok ? 'ok   ' : 'ERROR'}  ${name}: ${check}: ${message}`);
      if (!ok) code = 1;
    }
  }
  return code;
}

async function named(names: readonly string[], folders: readonly string[]): Promise<[string, string][]> {
  return Promise.all(
    names.map(async (name): Promise<[string, string]> => [name, (await findBackbone(name, folders)).folder]),
  );
}

async function all(data: string): Promise<[string, string][]> {
  const there = (await listNetworks(data)).filter(({ state }) => state !== 'absent');
  const [shipped, own] = modelFoldersOf(data);
  return there.map(({ name, state }) => [name, join((state === 'shipped' ? shipped : own)!, name)]);
}
