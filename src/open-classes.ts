/**
 * The classes of one space when it is opened: what its network calls them now, and whether they are stored.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from './catalog/catalog.ts';
import type { SpaceRow } from './catalog/tables/spaces.ts';
import { toPixkinError } from './errors.ts';
import { type ClassName, readClassNames } from './model/classes.ts';
import type { ChosenNetwork } from './networks.ts';
import type { Space } from './spaces.ts';

export interface OpenClassesOptions {
  readonly catalog: Catalog;
  readonly row: SpaceRow;
  /** null: its network is not there, and what it called them when it was is all that is known. */
  readonly network: ChosenNetwork | null;
  /** Classes are to be stored. */
  readonly wanted: boolean;
  readonly log: { warn(message: string): void };
}

/** @throws PixkinError `backbone_invalid` where classes are to be stored, and their names cannot be read */
export async function openClasses(o: OpenClassesOptions): Promise<Pick<Space, 'classes' | 'storesClasses'>> {
  const { catalog, row, network, wanted, log } = o;
  const classes = catalog.classes(row);
  const names = network ? await namesOf(network, wanted, log) : undefined;
  if (names && !isDeepStrictEqual(names, [...classes.names()])) catalog.transaction(() => classes.setNames(names));
  if (wanted && names?.length === 0) {
    log.warn(`--classify stores nothing: network ${row.backbone} tells no classes apart, since it ends before them`);
  }
  return { classes, storesClasses: wanted && names !== undefined && names.length > 0 };
}

async function namesOf(
  { backbone }: ChosenNetwork,
  wanted: boolean,
  log: { warn(message: string): void },
): Promise<ClassName[] | undefined> {
  try {
    return await readClassNames(backbone);
  } catch (error) {
    // Searching needs no names.
    if (wanted) throw error;
    log.warn(toPixkinError(error).message);
    return undefined;
  }
}
