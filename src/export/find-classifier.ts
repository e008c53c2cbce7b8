/**
 * A classifier that a collection has trained, in a process that does not hold it.
 */
import { decodeHead } from '../head/encode.ts';
import { choiceOf, chooseNetwork } from '../networks.ts';
import { decodeProjection } from '../projection/bytes.ts';
import type { SpaceRecord } from '../types.ts';
import { type ClassifierParts, requireWholeClassifier } from './parts.ts';

/**
 * The network of a head, cut and pooled as its space has it.
 * @param head bytes of `encodeHead`
 * @param space the one that it was trained in
 * @param folders where networks are looked for by name
 * @param projection bytes of `encodeProjection`, where the space projects
 * @throws PixkinError `head_damaged`, `backbone_not_found`, `backbone_invalid`, `other_space` where the network's files have changed
 */
export async function findClassifier(
  head: Uint8Array,
  space: Pick<SpaceRecord, 'folder' | 'pooling' | 'cut'>,
  folders: readonly string[],
  projection?: Uint8Array,
): Promise<ClassifierParts> {
  const decoded = decodeHead(head);
  const { backbone } = await chooseNetwork(choiceOf(space), folders);
  const parts = {
    backbone,
    head: decoded,
    ...(projection && { projection: decodeProjection(projection, decoded.dim) }),
  };
  requireWholeClassifier(parts);
  return parts;
}
