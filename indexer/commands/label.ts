/**
 * `indexer label`: what pictures show, as people say it.
 */
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import type { Flags } from './label/ask.ts';
import { exportCsv, importCsv } from './label/csv.ts';
import { set, unset } from './label/give.ts';
import { merge, rename } from './label/rename.ts';
import { conflicts, history, list } from './label/show.ts';

type Action = (context: Context, args: string[], flags: Flags) => Promise<number>;
/** Adds a command with the flags that all have. */
type AddCommand = (on: Command, usage: string, about: string, settings: never[], action: Action) => Command;

export function addLabels(program: Command, add: AddCommand): void {
  const label = program.command('label').description('what pictures show: labels, by people, folders and CSV files');
  const root = ['--root <name>', 'the root that they are in'] as const;
  add(label, 'list', 'the labels that there are', [], list);
  add(
    label,
    'set <image...>',
    'label indexed pictures, and all with the same bytes: the last word is the label',
    [],
    set,
  )
    .usage('[options] <image...> <label>')
    .option(...root)
    .addOption(new Option('--split <split>', 'what they are for').choices(['train', 'validation', 'test']));
  add(label, 'unset <image...>', 'take the label away, whatever their folders say', [], unset).option(...root);
  add(label, 'import <file>', 'a CSV with lines path,label[,split]', [], importCsv).option(
    '--root <name>',
    'its paths are of this root only',
  );
  add(label, 'export [file]', 'a CSV that import takes, to a file or to stdout', [], exportCsv).option(
    '--root <name>',
    'of this root only',
  );
  add(label, 'rename <from> <to>', 'another name for a label', [], rename);
  add(label, 'merge <from...>', 'make labels one: the last word is the one that stays', [], merge).usage(
    '[options] <from...> <into>',
  );
  add(label, 'conflicts', 'the same bytes in folders that disagree', [], conflicts);
  add(label, 'history <image>', 'what was said of a picture, and by whom', [], history).option(...root);
}
