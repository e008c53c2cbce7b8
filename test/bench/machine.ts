import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** One line about where figures were taken. */
export function machine(): string {
  const cores = availableParallelism();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `${cores} cores of ${model()}, ${memory} GiB, ${type()} ${release()}, Node ${process.versions.node}`;
}

function model(): string {
  const info = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const named = /^model name\s*:\s*(.+)$/m.exec(info)?.[1] ?? cpus()[0]?.model;
  return named?.trim() || process.arch;
}
