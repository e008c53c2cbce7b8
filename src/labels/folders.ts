/**
 * Labels from folders: the first folder under a root is the class, or the second where the first one is a split.
 */
import type { Catalog } from '../catalog/catalog.ts';
import type { ClassFolder } from '../catalog/tables/folder-labels.ts';
import type { LabelRow } from '../catalog/tables/labels.ts';
import type { ContentId, Split } from '../types.ts';
import { labelOf } from './name.ts';

/** Contents that are looked at in one transaction. */
const atOnce = 1000;

/**
 * Gives contents the label that the folders of their images say, in a transaction of the caller's. Folders that disagree give none; what
 * a person said stays; where no image is in results any more, what was said stays.
 */
export function lookAtFolders(catalog: Catalog, contents: Iterable<ContentId>): void {
  for (const content of contents) look(catalog, content);
}

function look(catalog: Catalog, content: ContentId): void {
  const before = catalog.labels.of(content);
  if (before && !isFromFolder(before)) return;
  const said = saidByFolders(catalog, content);
  if (said) catalog.labels.put(content, said);
  else if (before && catalog.images.ofContent(content, 1).length > 0) {
    catalog.labels.put(content, { ...before, label: null, split: null, conflict: null, at: Date.now() });
  }
}

/** What was indexed before labels came from folders gets them too. Slice by slice; once it is done it is remembered. */
export async function labelFromFolders(catalog: Catalog): Promise<void> {
  if (catalog.meta.get('labels_from') === 'folders') return;
  for (let after = 0; ; ) {
    const contents = catalog.folderLabels.contents(after, atOnce);
    if (contents.length === 0) break;
    catalog.transaction(() => lookAtFolders(catalog, contents));
    after = contents.at(-1)!;
    await new Promise(setImmediate);
  }
  catalog.meta.set('labels_from', 'folders');
}

/** The label that such a folder stands for, or null where its name can be none. */
export function folderLabel(catalog: Catalog, { folder }: ClassFolder): string | null {
  const name = labelOf(folder);
  return name === null ? null : catalog.folderLabels.label(folder, name);
}

const isFromFolder = ({ origin }: LabelRow): boolean => origin.startsWith('folder:');

function saidByFolders(catalog: Catalog, content: ContentId): LabelRow | null {
  const splits = new Set<Split>();
  let first: { readonly label: string; readonly origin: string } | undefined;
  const row = (conflict: LabelRow['conflict']): LabelRow => ({
    label: conflict === 'label' ? null : first!.label,
    split: conflict === null ? ([...splits][0] ?? null) : null,
    origin: first!.origin,
    at: Date.now(),
    conflict,
  });
  for (const found of catalog.folderLabels.of(content)) {
    const label = folderLabel(catalog, found);
    if (label === null) continue;
    first ??= { label, origin: `folder:${catalog.folderLabels.rootOf(content, found)}` };
    if (label !== first.label) return row('label');
    if (found.split !== null) splits.add(found.split);
  }
  return first ? row(splits.size > 1 ? 'split' : null) : null;
}
