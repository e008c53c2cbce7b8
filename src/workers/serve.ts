import { toPixkinError } from '../errors.ts';
import type { DeviceReport } from '../types.ts';
import type { Message, Methods, Request } from './protocol.ts';

/**
 * Answers the pool from inside a worker process, one request after the other as they come.
 *
 * The process ends with its parent, however that died, and not by itself at Ctrl-C, which reaches every process of a
 * terminal: the parent finishes its work first and then ends it.
 * @param create makes the methods; it is handed a function to call once the network is loaded.
 */
export function serve(create: (loaded: (report: DeviceReport) => void) => Methods): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  // Not process.exit: that runs the exit handlers of native libraries whose threads may still be decoding.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  const methods = create((report) => tell({ type: 'loaded', report }));
  process.on('message', (request: Request) => {
    const { id } = request;
    const work = methods[request.method] as (...params: readonly unknown[]) => Promise<unknown>;
    work(...request.params).then(
      (value) => tell({ type: 'done', id, value }),
      (error: unknown) => {
        const { code, message, hint } = toPixkinError(error);
        tell({ type: 'failed', id, error: { code, message, hint } });
      },
    );
  });
  tell({ type: 'up' });
}

function tell(message: Message): void {
  // The callback swallows what a parent that is gone makes of it; 'disconnect' follows.
  process.send?.(message, undefined, undefined, () => {});
}
