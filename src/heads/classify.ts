import type { Catalog } from '../catalog/catalog.ts';
import { MAX_TOP } from '../classify.ts';
import { resolveQuery } from '../query.ts';
import { requireWhole } from '../results.ts';
import type { Spaces } from '../spaces.ts';
import type { Classified, ClassifyOptions, HeadId, PictureQuery } from '../types.ts';
import type { LoadedHeads } from './loaded.ts';
import { predictLabels } from './predict.ts';

/**
 * What a head says of one picture, whatever its threshold. A whole picture that is indexed is not read again.
 * @throws PixkinError `head_not_found`, `invalid_request` where `top` is out of its range, and what `resolveQuery` throws
 */
export async function classifyWithHead(
  { catalog, spaces, heads }: { catalog: Catalog; spaces: Pick<Spaces, 'current' | 'use'>; heads: LoadedHeads },
  id: HeadId,
  query: PictureQuery,
  { top = 3, signal }: Pick<ClassifyOptions, 'top' | 'signal'>,
): Promise<Classified> {
  requireWhole('top', top, 1, MAX_TOP);
  const { space: asked } = heads.row(id);
  const isCurrent = asked === spaces.current().id;
  return spaces.use(
    async (space) => {
      const { vector } = await resolveQuery(catalog, space, query, signal);
      const [predictions] = predictLabels(heads.load(id), vector, top);
      return { predictions: predictions!, backbone: space.backbone, head: id };
    },
    isCurrent ? undefined : asked,
  );
}
