/**
 * Pictures whose folders say what they show: `DIR/<kind>/…`, or `DIR/train/<kind>/…` and `DIR/val/<kind>/…`.
 */
import { join, resolve } from 'node:path';
import { type LabelledPicture, PixkinError } from '../src/index.ts';
import { createRules } from './follow/ignore.ts';
import { realFolder } from './follow/places.ts';
import { walk } from './follow/walk.ts';

export interface LabelledFolders {
  readonly queries: readonly LabelledPicture[];
  /** The same list as `queries` where there is no split: each picture then asks all others. */
  readonly gallery: readonly LabelledPicture[];
  readonly labels: readonly string[];
}

/** What the halves of a split are called; the second asks the first. */
const halves = { gallery: ['train', 'training'], queries: ['val', 'valid', 'validation', 'test'] };

/** @throws PixkinError `folder_not_found`, `usage` where there are not at least two kinds of pictures */
export async function readLabelledFolders(folder: string, signal: AbortSignal): Promise<LabelledFolders> {
  const root = await realFolder(resolve(folder));
  const { files } = await walk(root, createRules(root), { signal });
  const tops = new Set(files.map(({ path }) => path.split('/')[0]!.toLowerCase()));
  const names = (some: readonly string[]): string[] => some.filter((name) => tops.has(name));
  const [train] = names(halves.gallery);
  const asking = names(halves.queries);
  const isSplit = train !== undefined && asking.length > 0;
  const pictures = (under: readonly string[] | null): LabelledPicture[] =>
    files.flatMap(({ path }) => {
      const parts = path.split('/');
      const kind = under ? (under.includes(parts[0]!.toLowerCase()) ? parts[1] : undefined) : parts[0];
      // A picture that lies beside the folders of the kinds is of none.
      const isInKind = kind !== undefined && parts.length > (under ? 2 : 1);
      return isInKind ? [{ path: join(root, path), label: kind }] : [];
    });
  const gallery = pictures(isSplit ? [train] : null);
  const queries = isSplit ? pictures(asking) : gallery;
  const labels = [...new Set(gallery.map(({ label }) => label))].sort();
  if (labels.length >= 2 && queries.length > 0) return { queries, gallery, labels };
  throw new PixkinError(
    'usage',
    `--from-folders must name a folder with a folder for each kind of picture, at least two; ${folder} has ${labels.length}`,
    { hint: 'DIR/<kind>/*.jpg, or DIR/train/<kind>/*.jpg and DIR/val/<kind>/*.jpg' },
  );
}
