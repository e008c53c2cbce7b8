/**
 * From the name of an architecture to a network of the collection's own: its published weights, downloaded and imported.
 */
import { PixkinError, toPixkinError } from '../errors.ts';
import { type Architecture, architectures } from './architectures/index.ts';
import { type Imported, type ImportOptions, importNetwork } from './import.ts';
import { type PullOptions, publishedFile, pullWeights, type Variant } from './pull.ts';
import { requireFreeName, withStore } from './store.ts';

export interface PullNetworkOptions
  extends Variant,
    Omit<PullOptions, 'downloads' | 'spare'>,
    Pick<ImportOptions, 'name' | 'replace' | 'half'> {}

export interface PulledNetwork extends Imported {
  /** An address, or the name of a file. */
  readonly source: string;
}

/**
 * @throws PixkinError `usage`, `backbone_exists`, `busy`, `download_failed`, `data_unwritable`, `backbone_invalid`, `cancelled`;
 *   then the collection has no other networks than before, and what has come stays unless it is wrong
 */
export async function pullNetwork(
  data: string,
  architecture: Architecture,
  o: PullNetworkOptions,
): Promise<PulledNetwork> {
  const file = publishedFile(architecture, o);
  const { alpha = 1, size, half } = o;
  const name = o.name ?? (alpha === 1 ? architecture.name : `${architecture.name}-${alpha}`);
  requireFreeName(data, name, { replace: o.replace === true });
  return withStore(data, async (store) => {
    // Once it is here it is written again in another form.
    const pulled = await pullWeights(file, { ...o, downloads: store.downloads, spare: half ? 0.5 : 1 });
    const { source } = pulled;
    try {
      const imported = await importNetwork(data, store, {
        ...{ path: pulled.path, name, architecture, alpha, half, replace: o.replace },
        ...{ free: o.free, signal: o.signal },
        ...{ source, licence: architecture.licence },
        ...(size !== undefined && { size: { width: size, height: size } }),
      });
      await pulled.discard();
      const unchecked = 'its publisher gives no hash, so none was checked; its tensors fit';
      return { ...imported, source, notes: [...imported.notes, ...(pulled.unchecked ? [unchecked] : [])] };
    } catch (error) {
      // What is right but has no room need not come again.
      if (!['data_unwritable', 'cancelled'].includes(toPixkinError(error).code)) await pulled.discard();
      throw error;
    }
  });
}

/** The architecture of a name. @throws PixkinError `usage`, which lists them */
export function requireArchitecture(flag: string, name: string): Architecture {
  const found = architectures.get(name);
  if (found) return found;
  throw new PixkinError('usage', `${flag} must be one of ${[...architectures.keys()].join(', ')}; got '${name}'`);
}
