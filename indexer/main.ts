#!/usr/bin/env node
import { run } from './program.ts';

/** What is committed stays: a second signal ends the process at once. */
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (stop.signal.aborted) process.exit(name === 'SIGINT' ? 130 : 1);
    stop.abort(name);
  });
}
// A reader that has seen enough (`indexer similar … | head -1`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

const { env, stdout, stderr, argv } = process;
process.exitCode = await run(argv.slice(2), { env, stdout, stderr, signal: stop.signal });
