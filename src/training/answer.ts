import { toPixkinError } from '../errors.ts';
import type { Failed } from './child.ts';

/**
 * Inside a child process that trains: does the work, and sends what comes of it. It ends with its parent, however that died, and not by itself at Ctrl-C, which
 * reaches every process of a terminal.
 */
export async function answerParent<Message extends { readonly type: string }>(
  work: (tell: (message: Message) => Promise<void>) => Promise<Message>,
): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  const orphaned = (): void => void process.kill(process.pid, 'SIGKILL');
  process.on('disconnect', orphaned);
  try {
    await tell(await work(tell));
  } catch (error) {
    const { code, message, hint } = toPixkinError(error);
    await tell({ type: 'failed', error: { code, message, hint } } satisfies Failed);
  }
  process.off('disconnect', orphaned);
  process.disconnect?.();
}

/** Resolves when the message is on its way. A parent that is gone has no ears: 'disconnect' follows. */
function tell(message: object): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
}
