import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { indexer } from './command.ts';

export interface Serving {
  readonly url: string;
  readonly pid: number;
  /** Seconds from the start to the first answer of `GET /readyz`, and to the end of the first sweep. */
  readonly readyAfter: number;
  readonly sweptAfter: number;
  stop(): Promise<void>;
}

/** `indexer serve --data DATA` over the roots that the collection has; resolves when its first sweep is complete. */
export async function serve(data: string): Promise<Serving> {
  const start = performance.now();
  const child = spawn(process.execPath, [indexer, 'serve', '--data', data, '--port', '0', '--json', '--quiet'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = once(child, 'exit');
  const since = (): number => (performance.now() - start) / 1000;
  const listening = new Promise<string>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      const said = JSON.parse(line) as { type: string; url?: string };
      if (said.type === 'listening') resolve(said.url!);
    });
  });
  const ended = exited.then(() => Promise.reject(new Error(`serve ended with ${child.exitCode ?? child.signalCode}`)));
  const url = await Promise.race([listening, ended]);
  ended.catch(() => {});

  await until(async () => (await fetch(`${url}/readyz`)).ok);
  const readyAfter = since();
  await until(async () => isSwept((await (await fetch(`${url}/status`)).json()) as Status));
  return {
    url,
    pid: child.pid!,
    readyAfter,
    sweptAfter: since(),
    async stop() {
      child.kill('SIGTERM');
      await exited;
      process.removeListener('exit', kill);
    },
  };
}

interface Status {
  readonly device: string | null;
  readonly pending: number;
  readonly roots: readonly { readonly state: string }[];
}

/** Until the network is loaded, states are those that an earlier process left. */
const isSwept = ({ device, pending, roots }: Status): boolean =>
  device !== null && pending === 0 && roots.length > 0 && roots.every(({ state }) => state === 'online');

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}
