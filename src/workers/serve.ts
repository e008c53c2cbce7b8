import { toPixkinError } from '../errors.ts';
import type { DeviceReport } from '../types.ts';
import { noteBegun } from './begun.ts';
import type { Answers, Message, Reply, Request } from './protocol.ts';

/** After so long the pictures that are prepared go through the network, and what is done is told. */
const groupMs = 50;

/**
 * Answers the pool from inside a worker process: queries first, then a group of pictures together.
 *
 * The process ends with its parent, however that died, and not by itself at Ctrl-C, which reaches every process of a
 * terminal: the parent finishes its work first and then ends it.
 * @param create makes the methods; it is handed a function to call once the network is loaded.
 */
export function serve<P>(create: (loaded: (report: DeviceReport) => void) => Answers<P>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  // Not process.exit: that runs the exit handlers of native libraries whose threads may still be decoding.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  const answers = create((report) => tell({ type: 'loaded', report }));
  const prepare = (params: readonly unknown[]) => answers.prepare(...(params as Parameters<typeof answers.prepare>));
  const queries: Request[] = [];
  const bulk: Request[] = [];
  let working = false;

  /** Null where the request failed, which `replies` says then. */
  async function attempt<T>(id: number, replies: Reply[], work: () => Promise<T>): Promise<{ value: T } | null> {
    noteBegun(id);
    try {
      return { value: await work() };
    } catch (error) {
      const { code, message, hint } = toPixkinError(error);
      replies.push({ type: 'failed', id, error: { code, message, hint } });
      return null;
    }
  }

  async function answerAlone({ id, method, params }: Request): Promise<void> {
    const replies: Reply[] = [];
    const done = await attempt(id, replies, async () => {
      if (method === 'embed') return answers.infer(await prepare(params));
      const work = answers[method] as (...given: readonly unknown[]) => Promise<unknown>;
      return work(...params);
    });
    if (done) replies.push({ type: 'done', id, value: done.value });
    tell({ type: 'replies', replies });
  }

  /** Lets messages in; a query that came is answered at once. */
  async function yieldToQueries(): Promise<void> {
    await new Promise(setImmediate);
    for (let query = queries.shift(); query; query = queries.shift()) await answerAlone(query);
  }

  /** Pictures from the head of the line, as many as can be prepared in a moment. */
  async function answerGroup(): Promise<void> {
    const replies: Reply[] = [];
    const prepared: { id: number; picture: P }[] = [];
    const until = performance.now() + groupMs;
    while (bulk[0]?.method === 'embed' && (prepared.length === 0 || performance.now() < until)) {
      const { id, params } = bulk.shift() as Request;
      const done = await attempt(id, replies, () => prepare(params));
      if (done) prepared.push({ id, picture: done.value });
      await yieldToQueries();
    }
    for (const { id, picture } of prepared) {
      const done = await attempt(id, replies, () => answers.infer(picture));
      if (done) replies.push({ type: 'done', id, value: done.value });
      await yieldToQueries();
    }
    tell({ type: 'replies', replies });
  }

  async function work(): Promise<void> {
    working = true;
    do {
      await yieldToQueries();
      if (bulk[0]?.method === 'embed') await answerGroup();
      else if (bulk[0]) await answerAlone(bulk.shift() as Request);
    } while (bulk.length + queries.length > 0);
    working = false;
  }

  process.on('message', (requests: readonly Request[]) => {
    for (const request of requests) (request.query ? queries : bulk).push(request);
    if (!working) void work();
  });
  tell({ type: 'up' });
}

function tell(message: Message): void {
  // The callback swallows what a parent that is gone makes of it; 'disconnect' follows.
  process.send?.(message, undefined, undefined, () => {});
}
