/**
 * Compiled networks that are kept: `<key>.onnx` and its SHA-256 beside it. Nothing here is precious: whatever is missing or
 * damaged is compiled again. Several processes may do so at once: they write the same bytes.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const pathsOf = (folder: string, key: string) => {
  const file = join(folder, `${key}.onnx`);
  return { file, hash: `${file}.sha256` };
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The bytes that were kept under a key; undefined where there are none, or where they are not those that were written. */
export async function readCompiled(folder: string, key: string): Promise<Uint8Array | undefined> {
  const { file, hash } = pathsOf(folder, key);
  const expected = await readFile(hash, 'utf8').catch(() => undefined);
  if (expected === undefined) return undefined;
  const bytes = await readFile(file).catch(() => undefined);
  return bytes && sha256(bytes) === expected.trim() ? bytes : undefined;
}

/** Keeps bytes under a key; the hash comes last, so that it never names bytes that are not whole. @throws what writing throws */
export async function keepCompiled(folder: string, key: string, bytes: Uint8Array): Promise<void> {
  const { file, hash } = pathsOf(folder, key);
  await mkdir(folder, { recursive: true });
  await replace(file, bytes);
  await replace(hash, Buffer.from(`${sha256(bytes)}\n`));
}

async function replace(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
