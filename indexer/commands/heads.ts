/**
 * `indexer heads`: the classifiers that were trained on the labels.
 */
import type { Command } from 'commander';
import type { AddCommand } from './add.ts';
import { none, remove, use } from './heads/change.ts';
import { list, show } from './heads/show.ts';
import { addHeadsExport } from './heads-export.ts';

export function addHeads(program: Command, add: AddCommand): void {
  const heads = program.command('heads').description('classifiers that were trained on the labels: see train');
  add(heads, 'list', 'those that there are, and the one in use', [], list);
  add(heads, 'show <id>', 'how it was trained, and how good it is with each label', [], show);
  add(heads, 'use <id>', 'name pictures with it, and search by what it says', [], use);
  add(heads, 'none', 'use none: nothing is predicted', [], none);
  add(heads, 'delete <id...>', 'forget heads', [], remove);
  addHeadsExport(heads, add);
}
