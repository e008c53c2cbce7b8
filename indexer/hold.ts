/**
 * Holds a collection in this process: collection, follower and app, and where it is asked for an address that other commands find.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createApp } from '../server/app.ts';
import { listen } from '../server/start.ts';
import { type Collection, type Config, openCollection, PixkinError, underWay } from '../src/index.ts';
import type { Context } from './context.ts';
import { createFollower, type StartableFollower } from './follow/follower.ts';

export interface Held {
  readonly collection: Collection;
  readonly follower: StartableFollower;
  /** Answers as the server would, with every right. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Opens the address and tells other processes of it. */
  listen(host: string, port: number): Promise<string>;
  close(): Promise<void>;
}

/** @throws PixkinError `collection_locked` where another process holds it, and all that `openCollection` throws */
export async function hold({ config, env, log }: Context): Promise<Held> {
  const tokens = accessTokens(config);
  const { collection, announce } = await openCollection({ config, env, log });
  try {
    // A device that was asked for by name must be there, also where no picture needs it.
    if (config.device !== 'auto' && config.device !== 'cpu') await collection.ready();
  } catch (error) {
    await collection.close();
    throw error;
  }
  const own = randomBytes(32).toString('hex');
  const follower = createFollower(collection, {
    watch: config.watch,
    sweepEvery: config.sweep_every,
    exclude: config.exclude,
    allFiles: config.all_files,
    maxRemoval: { count: 50, fraction: config.max_removal / 100 },
    concurrency: underWay(config.workers),
    dataFolder: config.data,
    log: log.warn,
    info: log.info,
  });
  const app = createApp({
    collection,
    follower,
    access: {
      writeTokens: [own, ...tokens.write],
      readTokens: tokens.read,
      required: tokens.write.length + tokens.read.length > 0,
      allowedHosts: [config.host, ...config.allowed_host],
    },
    maxUploadBytes: config.max_upload,
    log,
  });
  let stop = async (): Promise<void> => {};
  return {
    collection,
    follower,
    async request(path, init) {
      const headers = new Headers(init?.headers);
      headers.set('authorization', `Bearer ${own}`);
      return app.request(`http://127.0.0.1${path}`, { ...init, headers });
    },
    async listen(host, port) {
      const server = await listen(app, { host, port, tokens: tokens.write });
      stop = server.close;
      // Commands run on this machine; not every system connects to an address that means all of them.
      const url = server.url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
      announce({ pid: process.pid, url, token: own });
      return server.url;
    },
    async close() {
      await follower.close();
      await stop();
      await collection.close();
    },
  };
}

function accessTokens({ token, token_file, read_token }: Config): { write: string[]; read: string[] } {
  const write = token === undefined ? [] : [token];
  if (token_file !== undefined) write.push(tokenFrom(token_file));
  return { write, read: read_token === undefined ? [] : [read_token] };
}

function tokenFrom(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new PixkinError('usage', `--token-file cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (text === '') throw new PixkinError('usage', `--token-file must hold a token; ${file} is empty`);
  return text;
}
