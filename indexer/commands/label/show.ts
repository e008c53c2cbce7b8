import type { LabelConflict, LabelsRecord } from '../../../src/index.ts';
import { findImage } from '../../ask.ts';
import type { Context } from '../../context.ts';
import { ask, countImages, type Flags } from './ask.ts';

export function list(context: Context): Promise<number> {
  return ask(context, async (client) => {
    const { labels, labelled, unlabelled, conflicts } = await client.json<LabelsRecord>('/labels');
    for (const one of labels) {
      context.io.json(one);
      const splits = Object.entries(one.splits).filter(([, images]) => images > 0);
      const parts = splits.some(([name]) => name !== 'none')
        ? `  (${splits.map(([name, images]) => `${name} ${images}`).join(', ')})`
        : '';
      const predicted = one.predicted > 0 ? `, ${one.predicted} predicted` : '';
      context.io.text(`${one.label}  ${countImages(one.given)}${predicted}${parts}`);
    }
    context.io.note(`with a label: ${countImages(labelled)}, without: ${unlabelled}`);
    if (conflicts > 0) context.io.note(`pictures whose folders disagree: ${conflicts} (indexer label conflicts)`);
    return 0;
  });
}

export function conflicts(context: Context): Promise<number> {
  return ask(context, async (client) => {
    const { conflicts } = await client.json<{ conflicts: LabelConflict[] }>('/labels/conflicts');
    for (const conflict of conflicts) {
      context.io.json(conflict);
      context.io.text(
        conflict.kind === 'label' ? 'no label, since its folders disagree:' : 'no split, since its folders disagree:',
      );
      for (const { root, image, label, split } of conflict.images) {
        context.io.text(`  ${root}  ${image}  ${label ?? '(no class folder)'}${split === null ? '' : `  ${split}`}`);
      }
    }
    if (conflicts.length === 0) context.io.text('no folders disagree');
    else context.io.note('indexer label set IMAGE LABEL decides');
    return 0;
  });
}

interface State {
  readonly changes: readonly {
    readonly at: string;
    readonly origin: string;
    readonly label: string | null;
    readonly split: string | null;
    readonly before: { readonly label: string | null; readonly split: string | null };
  }[];
}

export function history(context: Context, [image]: string[], { root }: Flags): Promise<number> {
  return ask(context, async (client) => {
    const id = await findImage(client, image!, root as string | undefined);
    const state = await client.json<State>(`/images/${id}/label`);
    context.io.json(state);
    const shown = ({ label, split }: { label: string | null; split: string | null }): string =>
      `${label ?? '(none)'}${split === null ? '' : ` (${split})`}`;
    for (const change of state.changes) {
      context.io.text(`${change.at}  ${change.origin}  ${shown(change.before)} -> ${shown(change)}`);
    }
    if (state.changes.length === 0) context.io.text('nothing was ever said of it');
    return 0;
  });
}
