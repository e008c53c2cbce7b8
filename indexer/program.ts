/**
 * The command line: which commands and flags there are, and what the exit code means.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { errorKind, PixkinError, packageRoot, toPixkinError } from '../src/index.ts';
import { classify } from './commands/classify.ts';
import { doctor } from './commands/doctor.ts';
import { addEvaluate } from './commands/evaluate.ts';
import { addHeads } from './commands/heads.ts';
import { type FailOn, failOnValues, index } from './commands/index.ts';
import { addLabels } from './commands/label.ts';
import { addModels } from './commands/models.ts';
import { poolings, rebuild } from './commands/rebuild.ts';
import { addRoot, confirmRoot, listRoots, relocateRoot, removeRoot, renameRoot } from './commands/roots.ts';
import { serve } from './commands/serve.ts';
import { similar } from './commands/similar.ts';
import { dropSpaces, listSpaces } from './commands/spaces.ts';
import { failures, status } from './commands/status.ts';
import { addTrain } from './commands/train.ts';
import { type Context, createContext, type Surroundings } from './context.ts';
import { classifyOf, searchOf, several } from './search-flags.ts';

type Flags = Readonly<Record<string, unknown>>;

/** Flags that are settings: checked with the configuration, so that a flag, the file and the environment obey the same rules. */
const settingFlags = {
  backbone: ['--backbone <name|dir>', 'the network: a name (indexer models) or a folder with model.json'],
  pooling: ['--pooling <how>', 'how the cut layer becomes one vector: none (flattened), avg, max or gem'],
  cut: ['--cut <layer>', 'the layer after which the network is cut (indexer models inspect)'],
  runtime: ['--runtime <runtime>', 'onnx (ONNX Runtime) or tfjs (TensorFlow.js, where it is installed)'],
  device: ['--device <device>', 'auto, cpu, cuda, coreml, directml or webgpu'],
  workers: ['--workers <n>', 'worker processes (default: one per core)'],
  time_limit: ['--time-limit <time>', 'for one picture (default: 30s)'],
  classify: ['--classify', 'store what the whole network sees in each picture, to show it and to search by it'],
  labels_from: [
    '--labels-from <how>',
    'folders: the first folder is the label, below train/ and validation/ the second',
  ],
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

const engine: Setting[] = ['backbone', 'runtime', 'device', 'workers', 'time_limit'];
const following: Setting[] = [
  ...engine,
  ...(['pooling', 'cut', 'classify', 'labels_from', 'exclude', 'all_files', 'max_removal', 'grace'] as const),
];
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
  command(
    program,
    'rebuild',
    'embed what the space lacks and build its index anew; or move to another network',
    [...engine, 'classify'],
    (context, _, flags) => rebuild(context, flags),
  )
    .option('--from-cache', 'only the index, from the catalog')
    .addOption(new Option('--pooling <how>', 'how the cut layer becomes one vector').choices(poolings))
    .option('--cut <layer>', 'the layer that the network is cut after')
    .option('--project <n>', 'so many numbers, by a projection that is fitted on the library itself')
    .option('--drop-old', 'free the space that is left, after the switch')
    .option('--dry-run', 'say what it would do, how long it would take and how many bytes; change nothing')
    .option('--rollback', 'back to the previous space at once; what arrived since is embedded after that');
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
    .option('--space <space>', 'not the current space: its id, the beginning of it, or its backbone')
    .option('--crop <x,y,w,h>', 'a part of the picture, as fractions of it')
    .option('--class <name>', 'only pictures of this class, a name or wnid; can be given again', several)
    .option('--class-min-p <p>', 'least probability of that class (default: 0.1)')
    .option('--label <label>', 'only pictures with this label; can be given again', several)
    .option('--not-label <label>', 'no pictures with this label; can be given again', several)
    .option('--label-source <source>', 'which labels count: given or predicted (default: both)')
    .option('--min-p <p>', 'least probability of a predicted label')
    .option('--include-self', 'keep the picture itself')
    .option('--exact', 'exact scan')
    .option('--no-exact', 'HNSW');
  command(
    program,
    'classify <image...>',
    'what the whole network sees in pictures: any files, or indexed ones by their names',
    ['device', 'workers', 'time_limit', 'max_upload'],
    (context, images, flags) => classify(context, images, classifyOf(flags)),
  )
    .option('--top <n>', 'how many classes (default: 3)')
    .option('--head <id|run>', 'a head that is not in use (indexer heads)')
    .option('--backbone <name|dir>', "another network than the collection's")
    .option('--root <name>', 'the root that the images are in')
    .option('--crop <x,y,w,h>', 'a part of each picture, as fractions of it');

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

  const spaces = program.command('spaces').description('what pictures were embedded in, by which network');
  command(spaces, 'list', 'networks, sizes and coverage', [], (context) => listSpaces(context));
  command(
    spaces,
    'drop <space...>',
    'free one that is not in use: embeddings, index, compiled network',
    [],
    dropSpaces,
  );

  command(program, 'status', 'what is indexed, and what goes on', [], status);
  command(program, 'failures', 'pictures that could not be read, and why', [], failures);
  command(program, 'doctor', 'what this installation can do, and how to mend what it cannot', engine, doctor);
  addLabels(program, command);
  addTrain(program, command);
  addHeads(program, command);
  addEvaluate(program, command);
  addModels(program, command);

  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (around.signal.aborted) {
      const told = error instanceof PixkinError && error.code === 'cancelled';
      const plain = new PixkinError('cancelled', 'cancelled; what was committed stays', { cause: error });
      explain(told ? error : plain, argv, around);
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

function version(): string {
  return (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;
}
