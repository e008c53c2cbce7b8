/**
 * What the operating system says about one root. Hints, no more: some are lost, some come twice; a sweep tells the
 * truth.
 */
import { statfs } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { watch } from 'chokidar';
import type { FileEvent, FolderEvents } from '../../src/index.ts';
import { createChannel } from './channel.ts';
import type { Rules } from './ignore.ts';
import { poll } from './poll.ts';

/** `auto`: native, but polling on network disks and where native watching is refused. */
export type WatchMode = 'auto' | 'native' | 'poll';

/** Says something to whoever runs the process. */
export type Log = (message: string, fields?: Readonly<Record<string, unknown>>) => void;

export interface WatchedFolder extends FolderEvents {
  /** Resolves when whatever changes from now on is seen. */
  readonly ready: Promise<void>;
}

/** Watches natively: pushes events until closed, calls `onReady` once. */
export type OpenNative = (
  root: string,
  rules: Rules,
  on: { event: (event: FileEvent) => void; ready: () => void; error: (error: NodeJS.ErrnoException) => void },
) => { close(): Promise<void> };

/** `statfs` types whose changes by other machines the kernel does not report: NFS, SMB, SMB2, CIFS, 9p, Ceph. */
const networkDisks = new Set([0x6969, 0x517b, 0xfe534d42, 0xff534d42, 0x01021997, 0x00c36400]);

/**
 * Watches the folder `root` (absolute). An event's path may be a folder: then something may have changed anywhere in
 * it.
 */
export function watchFolder(
  root: string,
  rules: Rules,
  o: { mode: WatchMode; log: Log; pollPause: number; openNative?: OpenNative },
): WatchedFolder {
  const channel = createChannel<FileEvent>();
  const closing = new AbortController();
  let native: { close(): Promise<void> } | undefined;
  let polling: Promise<void> | undefined;
  let onReady = () => {};
  const ready = new Promise<void>((resolve) => {
    onReady = resolve;
  });

  function startPolling(): void {
    if (polling || closing.signal.aborted) return;
    polling = poll(root, rules, { push: channel.push, onReady, signal: closing.signal, pause: o.pollPause });
  }

  function startNative(): void {
    native = (o.openNative ?? openChokidar)(root, rules, {
      event: channel.push,
      ready: onReady,
      error(error) {
        if (polling || closing.signal.aborted) return;
        if (error.code === 'ENOSPC' || error.code === 'EMFILE' || error.code === 'ENFILE') {
          o.log(advice(error.code), { root, code: error.code });
          void native?.close();
          startPolling();
        }
        channel.push({ type: 'uncertain', why: error.message });
      },
    });
  }

  const started = (async () => {
    const networked = o.mode === 'auto' && (await isNetworkDisk(root));
    if (closing.signal.aborted) return;
    if (networked) o.log('a network disk does not report changes: looking for them every few seconds', { root });
    if (o.mode === 'poll' || networked) startPolling();
    else startNative();
  })();

  return {
    ready,
    [Symbol.asyncIterator]: () => channel[Symbol.asyncIterator](),
    async close() {
      closing.abort();
      await started;
      await native?.close();
      await polling;
      onReady();
      channel.end();
    },
  };
}

const openChokidar: OpenNative = (root, rules, on) => {
  const relate = (path: string) => relative(root, path).split(sep).join('/');
  const watcher = watch(root, {
    followSymlinks: false,
    ignoreInitial: true,
    ignorePermissionErrors: true,
    atomic: false,
    ignored(absolute, stats) {
      const path = relate(absolute);
      if (path === '') return false;
      if (!stats) return rules.skips(path);
      if (stats.isDirectory()) return rules.skips(path);
      return !stats.isFile() || rules.file(path) !== 'picture';
    },
  });
  const changed = (path: string) => on.event({ type: 'changed', path: relate(path) });
  watcher.on('add', changed).on('change', changed);
  // A file that comes into a new folder before that is watched is not reported: the whole folder is looked at.
  watcher.on('addDir', changed);
  watcher.on('unlink', (path) => on.event({ type: 'gone', path: relate(path) }));
  watcher.on('error', (error) => on.error(error as NodeJS.ErrnoException)).on('ready', on.ready);
  return watcher;
};

async function isNetworkDisk(root: string): Promise<boolean> {
  try {
    // The kernel's number is a signed 32-bit one on some systems.
    return process.platform === 'linux' && networkDisks.has((await statfs(root)).type >>> 0);
  } catch {
    return false;
  }
}

function advice(code: string): string {
  return code === 'ENOSPC'
    ? 'the system allows no more inotify watches: looking for changes every few seconds instead; to watch natively raise fs.inotify.max_user_watches (sysctl fs.inotify.max_user_watches=524288)'
    : 'the system allows no more open files or inotify instances: looking for changes every few seconds instead; to watch natively raise the limit of open files (ulimit -n) or fs.inotify.max_user_instances';
}
