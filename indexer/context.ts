/**
 * What every command begins with: where the data folder is, what is configured, and how to speak.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { pino } from 'pino';
import { type Config, loadConfig, PixkinError } from '../src/index.ts';
import { createIo, type Io, type Streams } from './io.ts';
import { clearLine } from './progress.ts';

/** What surrounds the process; tests hand in their own. */
export interface Surroundings extends Streams {
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C (reason 'SIGINT') or SIGTERM (reason 'SIGTERM'). */
  readonly signal: AbortSignal;
}

export type Log = ReturnType<typeof createLog>;

export interface Context {
  readonly config: Config;
  readonly io: Io;
  readonly log: Log;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Flags that say where and how, not what is set. */
interface PlainFlags {
  readonly data?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** @param settings the flags that are settings, by their keys (`sweep_every`) */
export function createContext(
  around: Surroundings,
  flags: PlainFlags,
  settings: Readonly<Record<string, unknown>>,
): Context {
  const data = dataFolder(flags, around.env);
  const config = loadConfig({ data, file: configFile(flags, around.env, data), env: around.env, flags: settings });
  const io = createIo(around, { json: flags.json === true, quiet: flags.quiet === true });
  return { config, io, log: createLog(around, config), env: around.env, signal: around.signal };
}

function dataFolder(flags: PlainFlags, env: NodeJS.ProcessEnv): string {
  if (flags.data === '') throw new PixkinError('usage', '--data must name a folder; got ""');
  // An empty variable is one that is not set.
  return resolve(flags.data ?? (env.PIXKIN_DATA || envPaths('pixkin', { suffix: '' }).data));
}

function configFile(
  flags: PlainFlags,
  env: NodeJS.ProcessEnv,
  data: string,
): { name: string; text: string } | undefined {
  const asked = flags.config ?? (env.PIXKIN_CONFIG || undefined);
  const name = asked === undefined ? join(data, 'config.json') : resolve(asked);
  if (asked === undefined && !existsSync(name)) return undefined;
  try {
    return { name, text: readFileSync(name, 'utf8') };
  } catch (error) {
    const { message } = error as Error;
    if (flags.config !== undefined) throw new PixkinError('usage', `--config must name a JSON file; ${message}`);
    const source = asked === undefined ? 'the settings' : 'the variable PIXKIN_CONFIG';
    throw new PixkinError('config_invalid', `${source} must be a JSON file; ${message}`, { cause: error });
  }
}

/** Logs go to stderr, so that stdout holds answers only: JSON lines for machines, on a terminal plain ones. */
function createLog(around: Surroundings, config: Config) {
  const { stderr } = around;
  const log = pino(
    { level: config.log_level, base: null },
    { write: (line: string) => void stderr.write(stderr.isTTY ? `${clearLine}${plain(line)}\n` : line) },
  );
  return {
    debug: (message: string, fields: object = {}) => log.debug(fields, message),
    info: (message: string, fields: object = {}) => log.info(fields, message),
    warn: (message: string, fields: object = {}) => log.warn(fields, message),
    error: (message: string, fields: object = {}) => log.error(fields, message),
  };
}

/** `warn: a root is offline (root: photos)` */
function plain(line: string): string {
  const { level, time: _, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const more = Object.entries(fields).map(([key, value]) => `${key}: ${String(value)}`);
  return `${pino.levels.labels[level as number]}: ${String(msg)}${more.length > 0 ? ` (${more.join(', ')})` : ''}`;
}

/** Resolves when a signal has come. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
