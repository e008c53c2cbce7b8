import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Summary } from '../../src/index.ts';
import { indexer } from './command.ts';
import { memoryOf, type TreeMemory } from './memory-of.ts';

/** Memory after so many pictures. */
export interface Sample extends TreeMemory {
  readonly pictures: number;
}

export interface Watched {
  readonly samples: readonly Sample[];
  readonly summary: Summary;
}

/** Indexes a folder and looks at the memory of the processes after every `every` pictures. */
export async function indexWatched(folder: string, data: string, every: number): Promise<Watched> {
  const child = spawn(process.execPath, [indexer, 'index', folder, '--data', data, '--json', '--quiet'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = new Promise<number | null>((resolve, reject) => child.on('exit', resolve).on('error', reject));
  const samples: Sample[] = [];
  let pictures = 0;
  let last = '{}';
  for await (const line of createInterface(child.stdout)) {
    last = line;
    if (++pictures % every > 0) continue;
    const memory = memoryOf(child.pid!);
    if (memory) samples.push({ pictures, ...memory });
  }
  const code = await exited;
  process.removeListener('exit', kill);
  if (code !== 0) throw new Error(`indexer index ended with ${code}: ${last}`);
  return { samples, summary: JSON.parse(last) as Summary };
}
