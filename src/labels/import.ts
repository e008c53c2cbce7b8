/**
 * From the lines of a CSV to labels of contents: which picture a line means, whether lines contradict each other, then the changes.
 */
import type { Catalog } from '../catalog/catalog.ts';
import type { LabelBy } from '../catalog/tables/labels.ts';
import type { ContentId, LabelImport, SkippedLine, SkippedReason, Split } from '../types.ts';
import type { CsvLine } from './csv.ts';

/** Lines that are looked up, and contents that are changed, without a rest. */
const atOnce = 1000;

interface Place {
  /** Number of the root. */
  readonly root: number;
  readonly path: string;
}

/** Lines about the same bytes that say the same. */
interface Said {
  readonly content: ContentId;
  readonly lines: readonly CsvLine[];
  readonly label: string;
  readonly split: Split | undefined;
}

/** @param root only this one's paths; undefined: every root's */
export async function importLabels(
  catalog: Catalog,
  lines: readonly CsvLine[],
  root: string | undefined,
  by: LabelBy,
): Promise<LabelImport> {
  const rest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const resolve = resolver(catalog, root);
  const skipped: SkippedLine[] = [];
  const skip = (some: readonly CsvLine[], reason: SkippedReason): void => {
    for (const { line, path, label } of some) skipped.push({ line, path, label, reason });
  };
  const found = new Map<ContentId, CsvLine[]>();
  for (const [i, line] of lines.entries()) {
    if (i % atOnce === atOnce - 1) await rest();
    const content = resolve(line.path);
    if (typeof content === 'string') skip([line], content);
    else if (!found.get(content)?.push(line)) found.set(content, [line]);
  }
  const agreed: Said[] = [];
  for (const [content, some] of found) {
    const said = agreement(content, some);
    if (said) agreed.push(said);
    else skip(some, 'contradicted');
  }
  let changed = 0;
  for (let at = 0; at < agreed.length; at += atOnce) {
    await rest();
    catalog.transaction(() => {
      for (const { content, lines, label, split } of agreed.slice(at, at + atOnce)) {
        const images = catalog.images.countOf(content);
        const kept = split ?? catalog.labels.of(content)?.split ?? null;
        // It may have gone since it was looked up.
        if (images === 0) skip(lines, 'not_found');
        else if (catalog.labels.put(content, { label, split: kept, conflict: null, ...by })) changed += images;
      }
    });
  }
  skipped.sort((a, b) => a.line - b.line);
  return { lines: lines.length, applied: lines.length - skipped.length, changed, skipped };
}

/** null where they contradict each other. */
function agreement(content: ContentId, lines: readonly CsvLine[]): Said | null {
  const labels = new Set(lines.map(({ label }) => label));
  const splits = new Set(lines.flatMap(({ split }) => split ?? []));
  if (labels.size > 1 || splits.size > 1) return null;
  const [[label], [split]] = [labels, splits];
  return { content, lines, label: label!, split };
}

/**
 * The content that a path means: relative to a root, to the folder that the roots lie in (`photos/a.jpg` in a root `photos`), absolute, or
 * the name of a file that no other picture has.
 */
function resolver(catalog: Catalog, only: string | undefined): (path: string) => ContentId | SkippedReason {
  const names = only === undefined ? catalog.roots.list().map(({ name }) => name) : [only];
  const roots = names.map((name) => ({ name, ...catalog.roots.locate(name) }));
  const places = (path: string): Place[] => {
    const isAbsolute = /^([/\\]|[A-Za-z]:[/\\])/.test(path);
    const plain = path.replace(/^(\.\/)+/, '');
    return roots.flatMap((root) => {
      const inside = below(isAbsolute ? root.path : root.name, plain);
      const paths = [...(isAbsolute ? [] : [plain]), ...(inside === null ? [] : [inside])];
      return paths.map((path) => ({ root: root.id, path }));
    });
  };
  const contentsOf = (all: readonly Place[]): Set<ContentId> =>
    new Set(all.flatMap(({ root, path }) => catalog.images.contentsAt(root, path)));
  return (path) => {
    const asWritten = places(path);
    // As Windows writes it.
    const all = path.includes('\\') ? [...asWritten, ...places(path.replaceAll('\\', '/'))] : asWritten;
    let found = contentsOf(all);
    if (found.size === 0 && !/[/\\]/.test(path)) {
      found = new Set(roots.flatMap(({ id }) => catalog.images.contentsNamed(id, path)));
    }
    const [first] = found;
    if (first !== undefined) return found.size === 1 ? first : 'ambiguous';
    const isBroken = all.some(({ root, path }) => catalog.failures.at(root, path) !== undefined);
    return isBroken ? 'quarantined' : 'not_found';
  };
}

/** What is left of a path below a folder, or null where it lies elsewhere. */
function below(folder: string, path: string): string | null {
  const start = folder.endsWith('/') ? folder : `${folder}/`;
  return path.replaceAll('\\', '/').startsWith(start.replaceAll('\\', '/')) ? path.slice(start.length) : null;
}
