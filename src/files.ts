/**
 * Where pixkin's own files lie: the same code runs as .ts under tsx and as .js under dist/.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json, from a checkout as from dist/. */
export const packageRoot: string = findPackageRoot(dirname(fileURLToPath(import.meta.url)));

/** Where the networks lie that ship with pixkin. */
export const shippedModels: string = join(packageRoot, 'data', 'models');

function findPackageRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(folder) === folder) throw new Error(`no package.json above ${start}`);
  }
}

/**
 * A module to run in a child process: tsc does not rewrite a forked path, and .ts needs tsx.
 * @param url without its ending, resolved against the caller: `new URL('./worker', import.meta.url)`
 */
export function forkable(url: URL): { path: string; execArgv: string[] } {
  const path = fileURLToPath(url);
  return import.meta.url.endsWith('.ts')
    ? { path: `${path}.ts`, execArgv: ['--import', import.meta.resolve('tsx')] }
    : { path: `${path}.js`, execArgv: [] };
}
