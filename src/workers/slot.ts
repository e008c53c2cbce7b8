import type { Begun } from './begun.ts';
import type { Child } from './child.ts';
import type { Task } from './task.ts';

/** One process and the tasks that it has, one of which it is at. */
export interface Slot {
  readonly child: Child;
  readonly begun: Begun;
  /** By the id of their request, in the order in which they were sent. */
  readonly tasks: Map<number, Task>;
  /** Of the last request. */
  lastId: number;
  timer: NodeJS.Timeout | undefined;
  up: boolean;
  loaded: boolean;
  /** Ended by the pool: who is to blame has been told. */
  killed: boolean;
}

/** Whether what happens now is the doing of a task itself and not of the process's start. */
export function hasBegun({ tasks, up, loaded }: Slot): boolean {
  const needNetwork = [...tasks.values()].every(({ method }) => method !== 'fingerprint' && method !== 'thumbnail');
  return needNetwork ? loaded : up;
}

/** Id of the task that a process is at: the one that it has begun, where that is not answered yet. */
export function currentTask({ tasks, begun }: Slot): number | undefined {
  const id = begun.read();
  if (tasks.has(id)) return id;
  const [first] = tasks.keys();
  return tasks.size === 1 ? first : undefined;
}

/**
 * Sets the clock of a process anew. That of a task begins when the process has what it needs; until then the start has a limit of its own.
 * In a group nobody says when the next one begins, so it is looked at four times within the limit.
 * @param o.onOver told whether a task took too long, or the start
 */
export function watchSlot(
  slot: Slot,
  o: { timeLimitMs: number; startLimitMs: number; onOver: (begun: boolean) => void },
): void {
  clearTimeout(slot.timer);
  if (slot.tasks.size === 0) return;
  const begun = hasBegun(slot);
  const alone = slot.tasks.size === 1;
  const limit = begun ? o.timeLimitMs : o.startLimitMs;
  const id = currentTask(slot);
  const since = performance.now();
  const look = (): void => {
    if (!alone && currentTask(slot) !== id) watchSlot(slot, o);
    else if (performance.now() - since < limit - 1) wait();
    else o.onOver(begun);
  };
  const wait = (): void => {
    slot.timer = setTimeout(look, begun && !alone ? limit / 4 : limit);
  };
  wait();
}
