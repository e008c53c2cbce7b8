/**
 * Which layer of a file belongs to which layer of a network.
 */
import type { NetworkConfig, StoredLayer, WeightsFile } from './network.ts';

type Match = ReadonlyMap<string, StoredLayer>;

/**
 * The first of these that fits all layers:
 * - by name, or by its last part where a nested model's name comes first (`head/hidden`);
 * - by automatic names, which Keras goes on numbering in one process: `conv2d_95` is the first of `conv2d_95`, `conv2d_96`, …;
 * - by class and number (`conv2d`, `conv2d_1`), as the first versions of Keras 3 call layers in their files;
 * - by order, as Keras itself reads its older files, where the file has one.
 *
 * @param names of the layers that have variables, in the order of the network
 * @param allowed names of layers that the file may have beside; where names do not fit, as many layers at the end
 * @returns undefined where nothing fits
 */
export function matchLayers(
  config: NetworkConfig,
  names: readonly string[],
  { layers: stored, unordered = false }: Pick<WeightsFile, 'layers' | 'unordered'>,
  allowed: ReadonlySet<string>,
): Match | undefined {
  const surplus = stored.length - names.length;
  const kept = stored.filter(({ layer }) => !allowed.has(layer) || names.includes(layer));
  const exact = byName(names, names, kept);
  if (exact !== undefined) return kept.length === names.length ? exact : undefined;
  if (surplus < 0 || surplus > allowed.size) return undefined;
  return (
    byName(names, names, stored, lastPart) ??
    byNumber(names, stored) ??
    byName(names, classNumbers(config, names), stored) ??
    (unordered ? undefined : byOrder(names, stored))
  );
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** `aliases`: what the file calls each of `names`. `part`: of the file's names, what counts. */
function byName(
  names: readonly string[],
  aliases: readonly string[],
  stored: readonly StoredLayer[],
  part: (name: string) => string = (name) => name,
): Match | undefined {
  const found = new Map(stored.map((layer) => [part(layer.layer), layer]));
  if (found.size < stored.length || !aliases.every((alias) => found.has(alias))) return undefined;
  return new Map(names.map((name, index) => [name, found.get(aliases[index]!)!]));
}

function byNumber(names: readonly string[], stored: readonly StoredLayer[]): Match | undefined {
  const wanted = numbered(names, (name) => name);
  const found = numbered(stored, ({ layer }) => layer);
  const fits = [...wanted].every(([stem, items]) => (found.get(stem)?.length ?? 0) >= items.length);
  if (!fits) return undefined;
  const pairs = [...wanted].flatMap(([stem, items]) =>
    items.map((name, index) => [name, found.get(stem)![index]!] as const),
  );
  return new Map(pairs);
}

/** Items whose names are alike but for a number at the end, by what they have in common, in the order of the numbers. */
function numbered<T>(items: readonly T[], nameOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, { item: T; number: number }[]>();
  for (const item of items) {
    const [, stem = '', number = '0'] = /^(.*?)(?:_(\d+))?$/.exec(nameOf(item)) ?? [];
    groups.set(stem, [...(groups.get(stem) ?? []), { item, number: Number(number) }]);
  }
  return new Map(
    [...groups].map(([stem, group]) => [stem, group.sort((a, b) => a.number - b.number).map(({ item }) => item)]),
  );
}

/** `Conv2D` is `conv2d`, `BatchNormalization` is `batch_normalization`, and the second of a class ends in `_1`. */
function classNumbers(config: NetworkConfig, names: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  const classOf = new Map(config.config.layers.map(({ name, class_name }) => [name, class_name]));
  return names.map((name) => {
    const stem = (classOf.get(name) ?? '')
      .replace(/(.)([A-Z][a-z0-9]+)/g, '$1_$2')
      .replace(/([a-z])([A-Z])/g, '$1_$2')
      .toLowerCase();
    const count = counts.get(stem) ?? 0;
    counts.set(stem, count + 1);
    return count === 0 ? stem : `${stem}_${count}`;
  });
}

const byOrder = (names: readonly string[], stored: readonly StoredLayer[]): Match =>
  new Map(names.map((name, index) => [name, stored[index]!]));
