import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/files.ts';
import { copySamples, indexer, temporaryPlace } from './command-line.ts';

const place = temporaryPlace();
const photos = join(place, 'photos');
copySamples(photos, 2);

const commands = [
  'index',
  'watch',
  'serve',
  'rebuild',
  'similar',
  'roots',
  'status',
  'failures',
  'doctor',
  'models',
  'label',
  'train',
  'heads',
];
const rootsCommands = ['list', 'add', 'remove', 'rename', 'relocate', 'confirm'].map((name) => `roots ${name}`);

const modelsCommands = ['list', 'pull', 'import', 'verify', 'inspect', 'export', 'bench'].map(
  (name) => `models ${name}`,
);

test('--version is the one of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  expect(await indexer(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
});

test('--help lists every command', async () => {
  const { code, stdout } = await indexer(['--help']);
  for (const name of commands) expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
  expect(code).toBe(0);
});

const labelCommands = ['list', 'set', 'unset', 'import', 'export', 'rename', 'merge', 'conflicts', 'history'].map(
  (name) => `label ${name}`,
);

const headsCommands = ['list', 'show', 'use', 'none', 'delete'].map((name) => `heads ${name}`);

test.each([...commands, ...rootsCommands, ...modelsCommands, ...labelCommands, ...headsCommands])(
  '%s --help explains it',
  async (command) => {
    const { code, stdout, stderr } = await indexer([...command.split(' '), '--help']);
    expect(stdout).toContain(`Usage: indexer ${command}`);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  },
);

test.each([
  [[]],
  [['bogus']],
  [['--bogus']],
  [['index']],
  [['similar']],
  [['similar', 'one', 'two']],
  [['status', 'one']],
  [['status', '--bogus']],
  [['index', photos, '--k', '3']],
  [['index', photos, '--workers', '0']],
  [['index', photos, '--workers', 'many']],
  [['index', photos, '--device', 'abacus']],
  [['index', photos, '--max-removal', '101']],
  [['index', photos, '--time-limit', '5']],
  [['serve', photos, '--port', '70000']],
  [['serve', photos, '--host', '0.0.0.0']],
  [['serve', photos, '--watch', 'sometimes']],
  [['serve', photos, '--name', 'a', photos]],
  [['train', 'one']],
  [['train', '--lr', 'fast']],
  [['train', '--arch', 'deep']],
  [['train', '--epochs', '3', '--steps', '10']],
  [['heads', 'show']],
  [['heads', 'delete']],
  [['status', '--config', join(place, 'nowhere.json')]],
  [['status', '--config', place]],
  [['status', '--data', '']],
])('%j is a usage error: exit code 2, a reason on stderr, nothing on stdout', async (argv) => {
  const { code, stdout, stderr } = await indexer(argv, { env: { PIXKIN_DATA: join(place, 'unused') } });
  expect(stderr).toMatch(/\S/);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test('a flag with a wrong value is quoted', async () => {
  const { stderr } = await indexer(['index', photos, '--workers', '0', '--data', join(place, 'unused')]);
  expect(stderr).toBe('error: --workers must be a whole number from 1 to 256; got "0"\n');
});

test('a misspelt command gets a suggestion', async () => {
  expect((await indexer(['indx', photos])).stderr).toContain('Did you mean index?');
});

describe('the settings file', () => {
  const file = join(place, 'settings.json');
  const status = (text: string) => {
    writeFileSync(file, text);
    return indexer(['status', '--config', file, '--data', join(place, 'settings'), '--json']);
  };

  test.each([
    ['{', 'is not JSON'],
    ['[]', 'must hold one JSON object; got []'],
    ['{"colour": 1}', `"colour" in ${file} is not a setting`],
    ['{"workers": "none"}', `"workers" in ${file} must be a whole number from 1 to 256; got "none"`],
  ])('with %s is refused by name', async (text, message) => {
    const { code, stderr, json } = await status(text);
    expect(stderr).toContain(message);
    expect(json).toMatchObject([{ type: 'error', error: { code: 'config_invalid' } }]);
    expect(code).toBe(2);
  });

  test('sets what no flag sets', async () => {
    expect((await status('{"workers": 1}')).json[0]).toMatchObject({ queue: { workers: 1 } });
  });

  test('is read from the data folder when nobody names one', async () => {
    const data = join(place, 'with-settings');
    mkdirSync(data);
    writeFileSync(join(data, 'config.json'), '{"workers": 3}');
    const { json } = await indexer(['status', '--json'], { env: { PIXKIN_DATA: data, PIXKIN_CONFIG: '' } });
    expect(json[0]).toMatchObject({ queue: { workers: 3 } });
    const flags = await indexer(['models', '--data', data], { env: { PIXKIN_WORKERS: 'x' } });
    expect(flags.stderr).toContain('the variable PIXKIN_WORKERS must be');
  });
});

test.each(['index', 'serve', 'status', 'similar', 'roots', 'failures', 'rebuild'])(
  '%s says that the data folder cannot be written',
  async (command) => {
    const data = join(place, 'a file');
    writeFileSync(data, 'text');
    const args = { index: [photos], serve: [photos, '--port', '0'], similar: ['a.jpg'] }[command] ?? [];
    const { code, stderr, json } = await indexer([command, ...args, '--data', data, '--json']);
    expect(json).toMatchObject([{ type: 'error', error: { code: 'data_unwritable' } }]);
    expect(stderr).toContain(`the data folder ${data} cannot be written`);
    expect(stderr).toContain('hint: choose another with --data or PIXKIN_DATA');
    expect(code).toBe(1);
  },
);

describe('the network', () => {
  test('an unknown name is answered with those that there are', async () => {
    const argv = ['index', photos, '--backbone', 'nope', '--data', join(place, 'nope'), '--json'];
    const { code, stderr, json } = await indexer(argv);
    expect(stderr).toContain("backbone must be one of efficientnet-lite0, or a folder with a model.json; got 'nope'");
    expect(json).toMatchObject([{ type: 'error', error: { code: 'backbone_not_found' } }]);
    expect(code).toBe(1);
  });

  test('a folder whose manifest has another hash is refused, and no picture is blamed', async () => {
    const folder = join(place, 'forged');
    cpSync(join(packageRoot, 'data', 'models', 'efficientnet-lite0'), folder, { recursive: true });
    const manifest = readFileSync(join(folder, 'model.json'), 'utf8');
    writeFileSync(join(folder, 'model.json'), manifest.replace(/"sha256": "[0-9a-f]{4}/, '"sha256": "dead'));
    const data = join(place, 'forged-data');
    const { code, stderr, json } = await indexer(['index', photos, '--backbone', folder, '--data', data, '--json']);
    expect(stderr).toMatch(
      /forged\/weights\.safetensors: sha256 must be dead[0-9a-f]{60}, as model\.json says; got [0-9a-f]{64}/,
    );
    expect(json).toMatchObject([{ type: 'error', error: { code: 'backbone_invalid' } }]);
    expect(code).toBe(1);
    expect((await indexer(['failures', '--data', data, '--backbone', 'x'])).code).toBe(2);
    expect((await indexer(['failures', '--data', data, '--json'])).json).toEqual([]);
  });

  test('a device that is not there is an error, and no picture is blamed', async () => {
    const data = join(place, 'device');
    const { code, stderr, json } = await indexer(['index', photos, '--device', 'coreml', '--data', data, '--json']);
    expect(json).toMatchObject([{ type: 'error', error: { code: 'device_unavailable' } }]);
    expect(stderr).toMatch(/^error: device coreml cannot be used: /);
    expect(code).toBe(1);
    const after = await indexer(['status', '--data', data, '--json']);
    expect(after.json).toMatchObject([{ images: 0, quarantined: 0 }]);
    const serving = await indexer(['serve', photos, '--device', 'coreml', '--data', data, '--port', '0', '--json']);
    expect(serving.json.at(-1)).toMatchObject({ type: 'error', error: { code: 'device_unavailable' } });
    expect(serving.code).toBe(1);
  });
});

test('serve names a missing folder before it listens', async () => {
  const data = join(place, 'never');
  const { code, stdout, stderr } = await indexer(['serve', join(place, 'nowhere'), '--data', data, '--port', '0']);
  expect(stdout).toBe('');
  expect(stderr).toContain('expected a folder at');
  expect(code).toBe(1);
  expect(existsSync(data)).toBe(false);
});
