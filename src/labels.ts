/**
 * The labels that were given: by people, folders and CSV files.
 */
import type { Catalog } from './catalog/catalog.ts';
import type { LabelRow } from './catalog/tables/labels.ts';
import { PixkinError } from './errors.ts';
import { requireUsed } from './label-query.ts';
import { csvHeader, csvLine, readLabelCsv } from './labels/csv.ts';
import { folderLabel, lookAtFolders } from './labels/folders.ts';
import { importLabels } from './labels/import.ts';
import { requireLabel } from './labels/name.ts';
import type { ContentId, ImageId, ImageRecord, LabelConflict, LabelCount, Labels, LabelsRecord } from './types.ts';

/** Images of one piece of an export. */
const atOnce = 1000;

export function createLabels(catalog: Catalog, recordsOf: (content: ContentId) => ImageRecord[]): Labels {
  const contentOf = (id: ImageId): ContentId => catalog.images.find({ id }).contentId;
  const countImages = (contents: readonly ContentId[]): number =>
    contents.reduce((sum, content) => sum + catalog.images.countOf(content), 0);

  /** The last summary, for as long as nothing changes: of a large collection it takes a while to count. */
  let last: { readonly record: LabelsRecord; readonly changes: number } | undefined;

  return {
    list() {
      const changes = catalog.changes();
      if (last?.changes !== changes) last = { record: summary(catalog), changes };
      return last.record;
    },
    get(id) {
      const content = contentOf(id);
      const row = catalog.labels.of(content);
      return { now: row ? publicPart(row) : null, changes: catalog.labels.changes(content) };
    },
    set(id, { label: text, split, origin }) {
      const label = text === null ? null : requireLabel('label', text);
      if (label === null && split) throw new PixkinError('invalid_request', `split goes with a label; got ${split}`);
      const content = contentOf(id);
      const hasChanged = catalog.transaction(() => {
        const kept = label === null ? null : (catalog.labels.of(content)?.split ?? null);
        const row = { label, split: split === undefined ? kept : split, origin, at: Date.now(), conflict: null };
        return catalog.labels.put(content, row);
      });
      return hasChanged ? recordsOf(content) : [];
    },
    rename(from, to, origin) {
      const [old, label] = [requireUsed(catalog, 'from', from), requireLabel('to', to)];
      if (old === label) return 0;
      if (catalog.labels.isGiven(label)) {
        throw new PixkinError('label_exists', `to must be a label that no picture has; got ${JSON.stringify(label)}`, {
          hint: 'merging makes two labels one',
        });
      }
      return catalog.transaction(() => countImages(catalog.labels.rename(old, label, { origin, at: Date.now() })));
    },
    merge(from, into, origin) {
      const label = requireUsed(catalog, 'into', into);
      const others = [...new Set(from.map((one) => requireUsed(catalog, 'from', one)))].filter((one) => one !== label);
      const by = { origin, at: Date.now() };
      return catalog.transaction(() => {
        const moved = others.flatMap((one) => catalog.labels.merge(one, label, by));
        // Folders that disagreed may agree now.
        const disagreed = catalog.labels.conflicting().filter((content) => catalog.labels.of(content)?.label === null);
        lookAtFolders(catalog, disagreed);
        const settled = disagreed.filter((content) => catalog.labels.of(content)?.label === label);
        return countImages([...new Set([...moved, ...settled])]);
      });
    },
    async importCsv(csv, { root, origin }) {
      if (root !== undefined) catalog.roots.locate(root);
      return importLabels(catalog, readLabelCsv(csv), root, { origin, at: Date.now() });
    },
    async *exportCsv({ root } = {}) {
      if (root !== undefined) catalog.roots.locate(root);
      yield csvHeader;
      for (let after = 0; ; ) {
        const images = catalog.labels.images(after, atOnce, root ?? null);
        const last = images.at(-1);
        if (!last) return;
        yield images
          .map(({ root: of, image, label, split, isAmbiguous }) =>
            csvLine(isAmbiguous && root === undefined ? `${of}/${image}` : image, label, split),
          )
          .join('');
        after = last.id;
        await new Promise(setImmediate);
      }
    },
    conflicts: () => catalog.labels.conflicting().map((content) => conflictOf(catalog, content)),
  };
}

const publicPart = ({ label, split, origin, at }: LabelRow) => ({ label, split, origin, at });

function summary(catalog: Catalog): LabelsRecord {
  const labels = new Map<string, LabelCount & { readonly splits: Record<keyof LabelCount['splits'], number> }>();
  let labelled = 0;
  for (const { label, split, images, isGiven } of catalog.labels.tallies()) {
    const none = { label, given: 0, predicted: 0, splits: { train: 0, validation: 0, test: 0, none: 0 } };
    const before = labels.get(label) ?? none;
    if (isGiven) {
      before.splits[split ?? 'none'] += images;
      labels.set(label, { ...before, given: before.given + images });
      labelled += images;
    } else labels.set(label, { ...before, predicted: images });
  }
  const all = [...labels.values()];
  const conflicts = catalog.labels.conflictCount();
  return { labels: all, labelled, unlabelled: catalog.images.count() - labelled, conflicts };
}

function conflictOf(catalog: Catalog, content: ContentId): LabelConflict {
  const images = catalog.images.ofContent(content);
  return {
    kind: catalog.labels.of(content)!.conflict!,
    content: images[0]!.content,
    images: images.map(({ id, root, image }) => {
      const said = catalog.folderLabels.ofImage(id);
      return { id, root, image, label: said && folderLabel(catalog, said), split: said?.split ?? null };
    }),
  };
}
