/**
 * What can be set, in one table: defaults < config file < environment < flags. A flag `--sweep-every` is the key `sweep_every`
 * of the file and the variable PIXKIN_SWEEP_EVERY. Each source is checked by itself, so that an error names where it came from.
 */
import { z } from 'zod';
import { PixkinError } from './errors.ts';

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const sizes = { B: 1, kB: 1000, MB: 1e6, GB: 1e9 } as const;

const scaled = (table: Readonly<Record<string, number>>, example: string) =>
  z.unknown().transform((given, context) => {
    const [, amount, name = ''] = /^(\d+(?:\.\d+)?) ?([A-Za-z]+)$/.exec(typeof given === 'string' ? given : '') ?? [];
    if (amount !== undefined && Object.hasOwn(table, name)) return Number(amount) * table[name]!;
    context.addIssue({
      code: 'custom',
      message: `must be a number with one of the units ${Object.keys(table).join(' ')}, such as ${example}`,
    });
    return z.NEVER;
  });
const duration = scaled(units, '10m');
/** Node's timers run at once when they are given more milliseconds than 31 bits hold, which is 24.8 days. */
const timer = duration.refine((ms) => ms >= 1 && ms <= 24 * units.d, 'must be from 1ms to 24d');
const size = scaled(sizes, '20MB');
const count = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`;
  const digits = z.string().regex(/^\d+$/).transform(Number);
  return z
    .union([z.number(), digits], { message })
    .pipe(z.number().int(message).min(least, message).max(most, message));
};
const text = z.string({ message: 'must be text' }).min(1, 'must not be empty');
const list = z.union([z.array(text), text.transform((one) => one.split(','))], { message: 'must be a list' });
const flag = z.union([z.boolean(), z.stringbool()], { message: 'must be true or false' });
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { message: `must be one of ${values.join(' ')}` });

const settings = z.strictObject({
  host: text,
  port: count(0, 65_535),
  backbone: text,
  pooling: oneOf(['none', 'avg', 'max', 'gem']),
  cut: text,
  classify: flag,
  labels_from: oneOf(['folders']),
  runtime: oneOf(['onnx', 'tfjs']),
  device: oneOf(['auto', 'cpu', 'cuda', 'coreml', 'directml', 'webgpu']),
  workers: count(1, 256),
  time_limit: timer,
  watch: oneOf(['auto', 'native', 'poll']),
  sweep_every: timer,
  exclude: list,
  all_files: flag,
  max_removal: count(0, 100),
  grace: duration,
  max_upload: size,
  token: text,
  read_token: text,
  token_file: text,
  allowed_host: list,
  log_level: oneOf(['debug', 'info', 'warn', 'error', 'silent']),
});

type Settings = z.output<typeof settings>;
type Given = z.output<ReturnType<typeof settings.partial>>;

/** What is set when nobody says otherwise. `time_limit`, `sweep_every` and `grace` in milliseconds, `max_upload` in bytes. */
const defaults = {
  host: '127.0.0.1',
  port: 7700,
  classify: false,
  runtime: 'onnx',
  device: 'auto',
  time_limit: 30_000,
  watch: 'auto',
  sweep_every: 600_000,
  exclude: [],
  all_files: false,
  max_removal: 20,
  grace: 30 * units.d,
  max_upload: 20e6,
  allowed_host: [],
  log_level: 'warn',
} as const satisfies Given;

export type Config = { readonly data: string } & Readonly<Omit<Given, keyof typeof defaults>> &
  Readonly<Pick<Settings, keyof typeof defaults>>;

export interface ConfigSources {
  /** The data folder, absolute. */
  readonly data: string;
  /** The config file's name and text; absent where there is none. */
  readonly file?: { readonly name: string; readonly text: string } | undefined;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Flags by their keys (`sweep_every`); undefined where they were not given. */
  readonly flags: Readonly<Record<string, unknown>>;
}

/**
 * The configuration, checked and frozen.
 * @throws `usage` for a wrong flag, `config_invalid` for the file or the environment; the message names it and what came
 */
export function loadConfig({ data, file, env, flags }: ConfigSources): Config {
  const fromFile = file ? checked('config_invalid', object(file), (key) => `"${key}" in ${file.name}`) : {};
  // Only names of settings count: a cluster sets variables such as PIXKIN_SERVICE_HOST by itself.
  const variables = Object.keys(settings.shape).map((key) => [key, env[`PIXKIN_${key.toUpperCase()}`]] as const);
  const known = variables.filter(([, value]) => value !== undefined && value !== '');
  const fromEnv = checked(
    'config_invalid',
    Object.fromEntries(known),
    (key) => `the variable PIXKIN_${key.toUpperCase()}`,
  );
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  const fromFlags = checked('usage', given, (key) => `--${key.replaceAll('_', '-')}`);
  return Object.freeze({ ...defaults, ...fromFile, ...fromEnv, ...fromFlags, data }) as Config;
}

function checked(
  code: 'usage' | 'config_invalid',
  values: Readonly<Record<string, unknown>>,
  nameOf: (key: string) => string,
): Given {
  const result = settings.partial().safeParse(values);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    throw new PixkinError(code, `${nameOf(issue.keys[0]!)} is not a setting`, {
      hint: `settings: ${Object.keys(settings.shape).join(', ')}`,
    });
  }
  const key = String(issue?.path[0]);
  throw new PixkinError(code, `${nameOf(key)} ${issue?.message}; got ${JSON.stringify(values[key])}`);
}

function object({ name, text }: { name: string; text: string }): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PixkinError('config_invalid', `${name} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new PixkinError('config_invalid', `${name} must hold one JSON object; got ${JSON.stringify(value)}`);
}
