/**
 * `indexer evaluate`: how good a head is, or which network tells labelled folders apart best.
 */
import { type Command, Option } from 'commander';
import { PixkinError } from '../../src/index.ts';
import type { AddCommand, Flags } from './add.ts';
import { compareNetworks, type FolderFlags } from './evaluate/folders.ts';
import { evaluateHead, type HeadFlags } from './evaluate/head.ts';
import { poolings } from './rebuild.ts';

export function addEvaluate(program: Command, add: AddCommand): void {
  add(
    program,
    'evaluate',
    'how good is the head in use? Or with --from-folders: which network is best? (the collection is not touched)',
    ['runtime', 'device', 'workers', 'time_limit'],
    (context, _, flags) => {
      checkTogether(flags);
      return flags.fromFolders === undefined
        ? evaluateHead(context, flags as HeadFlags)
        : compareNetworks(context, flags as unknown as FolderFlags);
    },
  )
    .option('--head <id|run>', 'a head that is not in use')
    .option('--report <file>', 'all of it as one HTML file, with curves and pictures')
    .option('--tensorboard <dir>', 'its curves as event files, in a folder of its own in DIR')
    .option('--limit <n>', 'most pictures in each list of the report, 0 to 1000 (default: 50)')
    .option('--all', 'all classes and pictures, not only the first ones')
    .option('--from-folders <dir>', 'DIR/<kind>/…, or DIR/train/<kind>/… asked by DIR/val/<kind>/…')
    .option('--backbone <name|dir...>', 'networks to compare (default: the spaces that the collection has)')
    .addOption(new Option('--pooling <how...>', 'in these ways').choices(poolings))
    .option('--project <n...>', 'also projected to so many numbers')
    .option('--space <space...>', 'spaces of the collection to compare');
}

function checkTogether(flags: Flags): void {
  const [ofHeads, ofFolders] = [
    ['head', 'report', 'tensorboard', 'limit', 'all'],
    ['backbone', 'pooling', 'project', 'space'],
  ].map((names) => names.find((name) => flags[name] !== undefined));
  if (flags.fromFolders === undefined && ofFolders !== undefined) {
    throw new PixkinError('usage', `--${ofFolders} goes with --from-folders`);
  }
  if (flags.fromFolders !== undefined && ofHeads !== undefined) {
    throw new PixkinError('usage', `--${ofHeads} does not go with --from-folders: it is about a head`);
  }
}
