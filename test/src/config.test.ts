import { expect, test } from 'vitest';
import { type Config, loadConfig } from '../../src/config.ts';

interface Sources {
  readonly file?: unknown;
  readonly env?: Record<string, string>;
  readonly flags?: Record<string, unknown>;
}

function load({ file, env = {}, flags = {} }: Sources): Config {
  const text = typeof file === 'string' ? file : JSON.stringify(file);
  return loadConfig({
    data: '/data',
    file: file === undefined ? undefined : { name: 'config.json', text },
    env,
    flags,
  });
}

test('without any source there are defaults, and nothing can be written over', () => {
  const config = load({});
  expect(config).toEqual({
    ...{ data: '/data', host: '127.0.0.1', port: 7700, device: 'auto', time_limit: 30_000, watch: 'auto' },
    ...{ sweep_every: 600_000, exclude: [], all_files: false, max_removal: 20, grace: 30 * 86_400_000 },
    ...{ max_upload: 20_000_000, allowed_host: [], log_level: 'warn', classify: false, runtime: 'onnx' },
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test('the file goes before the defaults, the environment before the file, flags before all', () => {
  const file = { port: 1, host: 'file', watch: 'poll', grace: '1d' };
  const env = { PIXKIN_PORT: '2', PIXKIN_HOST: 'env', PIXKIN_WATCH: 'native' };
  expect(load({ file, env, flags: { port: 3, host: 'flag' } })).toMatchObject({
    ...{ port: 3, host: 'flag', watch: 'native', grace: 86_400_000, log_level: 'warn' },
  });
  expect(load({ file, env })).toMatchObject({ port: 2, host: 'env' });
  expect(load({ file })).toMatchObject({ port: 1, host: 'file' });
});

test('a flag that was not given, and an empty variable, set nothing', () => {
  expect(load({ env: { PIXKIN_PORT: '' }, flags: { port: undefined } }).port).toBe(7700);
});

test('variables that are no settings are nobody’s business: a cluster sets some by itself', () => {
  expect(load({ env: { PIXKIN_SERVICE_HOST: 'x', PIXKIN_PORT_7700_TCP: 'y', PORT: '1' } }).port).toBe(7700);
});

test.each([
  ['250ms', 250],
  ['30s', 30_000],
  ['1.5h', 5_400_000],
  ['10 m', 600_000],
  ['2d', 172_800_000],
])('%s is a duration', (text, expected) => {
  expect(load({ flags: { grace: text } }).grace).toBe(expected);
});

test.each([
  ['512B', 512],
  ['10kB', 10_000],
  ['1.5MB', 1_500_000],
  ['1GB', 1_000_000_000],
])('%s is a size', (text, expected) => {
  expect(load({ env: { PIXKIN_MAX_UPLOAD: text } }).max_upload).toBe(expected);
});

test('switches and lists come as JSON from the file, as text from elsewhere', () => {
  expect(load({ file: { all_files: true, exclude: ['a', 'b'] } })).toMatchObject({
    ...{ all_files: true, exclude: ['a', 'b'] },
  });
  expect(load({ env: { PIXKIN_ALL_FILES: 'false', PIXKIN_EXCLUDE: 'a,b' } })).toMatchObject({
    ...{ all_files: false, exclude: ['a', 'b'] },
  });
  expect(load({ flags: { all_files: true, exclude: ['*.{a,b}'] } }).exclude).toEqual(['*.{a,b}']);
});

const wholePort = 'must be a whole number from 0 to 65535';
const oneDuration = 'must be a number with one of the units ms s m h d, such as 10m';

test.each<[Sources, string, string]>([
  [{ flags: { port: '-1' } }, 'usage', `--port ${wholePort}; got "-1"`],
  [{ flags: { port: '70000' } }, 'usage', `--port ${wholePort}; got "70000"`],
  [{ flags: { port: '' } }, 'usage', `--port ${wholePort}; got ""`],
  [{ flags: { port: '1e3' } }, 'usage', `--port ${wholePort}; got "1e3"`],
  [{ env: { PIXKIN_PORT: 'http' } }, 'config_invalid', `the variable PIXKIN_PORT ${wholePort}; got "http"`],
  [{ file: { port: 1.5 } }, 'config_invalid', `"port" in config.json ${wholePort}; got 1.5`],
  [{ file: { port: null } }, 'config_invalid', `"port" in config.json ${wholePort}; got null`],
  [{ file: { port: true } }, 'config_invalid', `"port" in config.json ${wholePort}; got true`],
  [{ flags: { workers: '0' } }, 'usage', '--workers must be a whole number from 1 to 256; got "0"'],
  [{ flags: { grace: '10' } }, 'usage', `--grace ${oneDuration}; got "10"`],
  [{ flags: { grace: '10 years' } }, 'usage', `--grace ${oneDuration}; got "10 years"`],
  [{ flags: { grace: '10constructor' } }, 'usage', `--grace ${oneDuration}; got "10constructor"`],
  [{ file: { grace: 10 } }, 'config_invalid', `"grace" in config.json ${oneDuration}; got 10`],
  [{ flags: { sweep_every: '0s' } }, 'usage', '--sweep-every must be from 1ms to 24d; got "0s"'],
  [{ flags: { sweep_every: '30d' } }, 'usage', '--sweep-every must be from 1ms to 24d; got "30d"'],
  [
    { env: { PIXKIN_MAX_UPLOAD: '20mb' } },
    'config_invalid',
    'the variable PIXKIN_MAX_UPLOAD must be a number with one of the units B kB MB GB, such as 20MB; got "20mb"',
  ],
  [{ flags: { device: 'gpu' } }, 'usage', '--device must be one of auto cpu cuda coreml directml webgpu; got "gpu"'],
  [
    { file: { watch: 'never' } },
    'config_invalid',
    '"watch" in config.json must be one of auto native poll; got "never"',
  ],
  [{ file: { host: 5 } }, 'config_invalid', '"host" in config.json must be text; got 5'],
  [{ flags: { host: '' } }, 'usage', '--host must not be empty; got ""'],
  [{ file: { exclude: ['a', 5] } }, 'config_invalid', '"exclude" in config.json must be a list; got ["a",5]'],
  [
    { env: { PIXKIN_ALL_FILES: 'perhaps' } },
    'config_invalid',
    'the variable PIXKIN_ALL_FILES must be true or false; got "perhaps"',
  ],
  [{ file: { prot: 1 } }, 'config_invalid', '"prot" in config.json is not a setting'],
  [{ flags: { dry_run: true } }, 'usage', '--dry-run is not a setting'],
  [{ file: [1] }, 'config_invalid', 'config.json must hold one JSON object; got [1]'],
  [{ file: 'null' }, 'config_invalid', 'config.json must hold one JSON object; got null'],
])('%j is refused', (sources, code, message) => {
  expect(() => load(sources)).toThrow(expect.objectContaining({ code, message }));
});

test('a file that is not JSON is named', () => {
  expect(() => load({ file: '{"port": 1,}' })).toThrow(
    expect.objectContaining({ code: 'config_invalid', message: expect.stringMatching(/^config\.json is not JSON: /) }),
  );
});

test('a wrong value is told though a stronger source would have set it', () => {
  expect(() => load({ file: { port: 'x' }, flags: { port: '1' } })).toThrow('"port" in config.json');
});
