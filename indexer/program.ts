/**
 * The command line: which commands and flags there are, and what the exit code means.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { errorKind, PixkinError, packageRoot, toPixkinError } from '../src/index.ts';
import { doctor } from './commands/doctor.ts';
import { type FailOn, failOnValues, index } from './commands/index.ts';
import { models } from './commands/models.ts';
import { rebuild } from './commands/rebuild.ts';
import { addRoot, confirmRoot, listRoots, relocateRoot, removeRoot, renameRoot } from './commands/roots.ts';
import { serve } from './commands/serve.ts';
import { similar } from './commands/similar.ts';
import { failures, status } from './commands/status.ts';
import { type Context, createContext, type Surroundings } from './context.ts';

type Flags = Readonly<Record<string, unknown>>;

/** Flags that are settings: checked with the configuration, so that a flag, the file and the environment obey the same rules. */
const settingFlags = {
  backbone: ['--backbone <name|dir>', 'the network: a name (indexer models) or a folder with model.json'],
  device: ['--device <device>', 'auto, cpu, cuda, coreml, directml or webgpu'],
  workers: ['--workers <n>', 'worker processes (default: one per core)'],
  time_limit: ['--time-limit <time>', 'for one picture (default: 30s)'],
  exclude: ['--exclude <glob...>', 'paths to leave out, relative to the root'],
  all_files: ['--all-files', 'look at the first bytes of every file, whatever its name'],
  max_removal: [
    '--max-removal <percent>',
    'hold a removal of more than 50 images and of more than this part of a root (default: 20)',
  ],
  grace: ['--grace <time>', 'how long embeddings of vanished pictures are kept (default: 30d)'],
  watch: ['--watch <how>', 'auto, native or poll'],
  sweep_every: ['--sweep-every <time>', 'a sweep now and then, whatever the events say (default: 10m)'],
  host: ['--host <address>', 'where to listen (default: 127.0.0.1)'],
  port: ['--port <n>', '0 takes any free one (default: 7700)'],
  token_file: ['--token-file <file>', 'a file with the token that callers must send'],
  allowed_host: ['--allowed-host <name...>', 'another Host that requests may name'],
  max_upload: ['--max-upload <size>', 'the largest picture that is not indexed and may be asked about (default: 20MB)'],
} as const;
type Setting = keyof typeof settingFlags;

const engine: Setting[] = ['backbone', 'device', 'workers', 'time_limit'];
const following: Setting[] = [...engine, 'exclude', 'all_files', 'max_removal', 'grace'];
const watching: Setting[] = [...following, 'watch', 'sweep_every'];
const serving: Setting[] = [...watching, 'host', 'port', 'token_file', 'allowed_host', 'max_upload'];

/** Runs one command line. @returns the exit code: 0 done, 1 error, 2 usage, 3 files failed, 130 after Ctrl-C */
export async function run(argv: readonly string[], around: Surroundings): Promise<number> {
  let code = 0;
  const program = new Command('indexer')
    .description('finds pictures that look alike')
    .version(version())
    .exitOverride()
    .configureOutput({ writeOut: (text) => around.stdout.write(text), writeErr: (text) => around.stderr.write(text) })
    .showHelpAfterError('(indexer --help lists commands and flags)');

  const command = (
    on: Command,
    usage: string,
    about: string,
    settings: Setting[],
    action: (context: Context, args: string[], flags: Flags) => Promise<number>,
  ): Command => {
    const made = on
      .command(usage, { isDefault: usage === 'list' })
      .description(about)
      .allowExcessArguments(false);
    made.option('--data <dir>', 'the collection (default: $PIXKIN_DATA, else your data folder)');
    made.option('--config <file>', 'settings (default: config.json in the collection)');
    made.option('--json', 'one JSON object a line on stdout').option('--quiet', 'no progress');
    for (const [flag, about] of settings.map((setting) => settingFlags[setting])) made.option(flag, about);
    made.action(async (...given: unknown[]) => {
      const flags = made.opts<Flags>();
      const own = Object.fromEntries(settings.map((key) => [key, flags[camel(key)]]));
      const args = given
        .slice(0, -2)
        .flat()
        .filter((arg): arg is string => typeof arg === 'string');
      code = await action(createContext(around, flags, own), args, flags);
    });
    return made;
  };

  command(
    program,
    'index <dir...>',
    'one sweep over folders, which are remembered',
    following,
    (context, dirs, flags) => index(context, dirs, { failOn: flags.failOn as FailOn, ...named(flags) }),
  )
    .addOption(
      new Option('--fail-on <which>', 'which failures make the exit code 3').choices(failOnValues).default('new'),
    )
    .option('--name <name>', 'name of the root (default: the base name of the folder)');
  command(
    program,
    'watch [dir...]',
    'follow folders (default: those that are remembered)',
    watching,
    (context, dirs, flags) => serve(context, dirs, { host: '127.0.0.1', port: 0, ...named(flags) }),
  ).option('--name <name>', 'name of the root');
  command(program, 'serve [dir...]', 'follow folders and answer over HTTP', serving, (context, dirs, flags) =>
    serve(context, dirs, { host: context.config.host, port: context.config.port, ...named(flags) }),
  ).option('--name <name>', 'name of the root');
  command(program, 'rebuild', 'embed what the space lacks and build its index anew', engine, (context, _, flags) =>
    rebuild(context, {
      fromCache: flags.fromCache === true,
      ...(typeof flags.backbone === 'string' && { backbone: flags.backbone }),
    }),
  ).option('--from-cache', 'only the index, from the catalog');
  command(
    program,
    'similar <image>',
    'the nearest neighbours of an indexed picture or of any file',
    [...engine, 'max_upload'],
    (context, [image], flags) => similar(context, image!, searchOf(flags)),
  )
    .option('-k, --k <n>', 'how many (default: 10)')
    .option('--offset <n>', 'leave out the first ones')
    .option('--min-score <s>', 'least cosine similarity, -1 to 1')
    .option('--root <name>', 'the root that the image is in')
    .option('--crop <x,y,w,h>', 'a part of the picture, as fractions of it')
    .option('--include-self', 'keep the picture itself')
    .option('--exact', 'exact scan')
    .option('--no-exact', 'HNSW');

  const roots = program.command('roots').description('the folders that are followed');
  command(roots, 'list', 'their names, states and folders', [], (context) => listRoots(context));
  command(roots, 'add <dir>', 'remember a folder', [], (context, [dir], flags) =>
    addRoot(context, dir!, named(flags).name),
  ).option('--name <name>', 'name of the root');
  command(roots, 'remove <name>', 'take its images out of results', [], (context, [name]) =>
    removeRoot(context, name!),
  );
  command(roots, 'rename <name> <to>', 'another name', [], (context, [name, to]) => renameRoot(context, name!, to!));
  command(roots, 'relocate <name> <dir>', 'the same folder at another place', following, (context, [name, dir]) =>
    relocateRoot(context, name!, dir!),
  );
  command(roots, 'confirm <name>', 'let the removals happen that are held', following, (context, [name]) =>
    confirmRoot(context, name!),
  );

  command(program, 'status', 'what is indexed, and what goes on', [], status);
  command(program, 'failures', 'pictures that could not be read, and why', [], failures);
  command(program, 'doctor', 'what this installation can do, and how to mend what it cannot', engine, doctor);
  command(program, 'models', 'the networks that can be named', [], models);

  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (around.signal.aborted) {
      explain(new PixkinError('cancelled', 'cancelled; what was committed stays', { cause: error }), argv, around);
      return around.signal.reason === 'SIGINT' ? 130 : 0;
    }
    return explain(toPixkinError(error), argv, around);
  }
}

/** An error for people on stderr, and with `--json` as an object on stdout. @returns its exit code */
function explain(error: PixkinError, argv: readonly string[], { stdout, stderr, env }: Surroundings): number {
  const { code, message, hint } = error;
  if (argv.includes('--json')) stdout.write(`${JSON.stringify({ type: 'error', error: { code, message, hint } })}\n`);
  stderr.write(`${code === 'cancelled' ? '' : 'error: '}${message}\n${hint === undefined ? '' : `hint: ${hint}\n`}`);
  if (code === 'internal' && env.PIXKIN_LOG_LEVEL === 'debug') stderr.write(`${error.stack}\n${String(error.cause)}\n`);
  return errorKind(code).exit;
}

const named = ({ name }: Flags): { name?: string } => (typeof name === 'string' ? { name } : {});

const camel = (key: string): string => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Query parameters of GET /similar; the server checks them, as it checks everybody's. */
function searchOf(flags: Flags): Record<string, string | undefined> {
  const text = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));
  return {
    k: text(flags.k),
    offset: text(flags.offset),
    min_score: text(flags.minScore),
    root: text(flags.root),
    crop: text(flags.crop),
    include_self: text(flags.includeSelf),
    exact: text(flags.exact),
  };
}

function version(): string {
  return (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;
}
