/**
 * `indexer models`: the networks, and how to get, try and hand on others. None of these needs a collection, only its folder.
 */
import { type Command, Option } from 'commander';
import { exportFormats } from '../../src/index.ts';
import type { Context } from '../context.ts';
import { bench } from './models/bench.ts';
import { exportModel } from './models/export.ts';
import type { Flags } from './models/flags.ts';
import { importModel } from './models/import.ts';
import { inspect } from './models/inspect.ts';
import { listModels } from './models/list.ts';
import { pull } from './models/pull.ts';
import { verify } from './models/verify.ts';

/** Adds a command with the flags that all have, and those settings. */
type AddCommand = (
  on: Command,
  usage: string,
  about: string,
  settings: ('device' | 'workers')[],
  action: (context: Context, args: string[], flags: Flags) => Promise<number>,
) => Command;

const choice = (flags: string, about: string, choices: readonly string[]): Option =>
  new Option(flags, about).choices(choices);

/** The flags of `pull` and `import` that say how a network is stored. */
const storing = (made: Command): Command =>
  made
    .option('--name <name>', 'what it is called here')
    .option('--alpha <n>', 'width of a MobileNet (default: 1)')
    .option('--half', 'kernels in half precision: half the room')
    .option('--replace', 'in place of a network of the same name');

export function addModels(program: Command, add: AddCommand): void {
  const models = program.command('models').description('networks: which there are, and how to get others');
  add(models, 'list', 'those that are there, and those that can be pulled', [], listModels);
  storing(
    add(models, 'pull <name>', 'download the published weights of an architecture', [], (context, [name], flags) =>
      pull(context, name!, flags),
    ),
  )
    .option('--with-top', 'with the layers that tell the classes of ImageNet apart')
    .option('--size <pixels>', 'edge of the pictures that it takes (default: what its weights were trained for)')
    .option('--from <url|file>', 'a mirror, or a file that is here; its hash must be the published one');
  const importing = storing(
    add(models, 'import <path>', 'a network of your own, from a file or a folder', [], (context, [path], flags) =>
      importModel(context, path!, flags),
    ),
  );
  importing
    .option('--as <architecture>', 'the architecture that weights without a topology are for')
    .option('--topology <file>', 'what model.to_json() wrote, for weights without a topology')
    .option('--size <pixels>', 'pictures that it takes: 224, or 320x240 (default: as the network has it)')
    .addOption(choice('--mode <mode>', 'preprocess_input of keras.applications', ['caffe', 'tf', 'torch', 'none']))
    .option('--scale <s>', 'each channel becomes (byte * scale - mean) / std, such as 1/255')
    .option('--mean <m>', 'one number, or three with commas between them')
    .option('--std <s>', 'one number, or three with commas between them')
    .addOption(choice('--colour <order>', 'the order of channels (default: rgb)', ['rgb', 'bgr']))
    .addOption(
      choice('--resize <policy>', 'how a picture becomes that size (default: squash)', ['squash', 'crop', 'half']),
    )
    .option('--fraction <part>', 'with --resize crop: the part of the short side that is kept')
    .addOption(choice('--kernel <kernel>', 'how pixels are resampled', ['nearest', 'bilinear', 'cubic', 'lanczos']))
    .option('--cut <layer>', 'the layer whose output is the embedding (indexer models inspect lists them)')
    .addOption(choice('--pooling <how>', 'how it becomes one vector (default: avg)', ['none', 'avg', 'max', 'gem']))
    .option('--labels <file>', 'names of its classes, a line for each')
    .option('--licence <text>', 'what its weights may be used for');
  add(models, 'verify [name...]', 'hashes, weights, and a run (default: all that are there)', ['device'], verify);
  add(models, 'inspect <name>', 'layers, shapes, parameters, and where it can be cut', [], (context, [name]) =>
    inspect(context, name!),
  );
  add(models, 'export <name>', 'write a network for use elsewhere', [], (context, [name], flags) =>
    exportModel(context, name!, flags),
  )
    .addOption(choice('--format <format>', 'which form', exportFormats).makeOptionMandatory())
    .requiredOption('--out <dir>', 'a new folder');
  add(
    models,
    'bench [name...]',
    'pictures a second on this machine (default: all that are there)',
    ['device', 'workers'],
    bench,
  )
    .addOption(choice('--runtime <runtime>', 'default: both, where TensorFlow.js is installed', ['onnx', 'tfjs']))
    .option('--seconds <n>', 'how long each is timed (default: 3)');
}
