/**
 * What a whole network says of a picture: its most probable classes, by their names.
 */
import { bestClasses } from './best-classes.ts';
import { requireClasses } from './class-query.ts';
import type { ClassName } from './model/classes.ts';
import { requireWhole } from './results.ts';
import type { Classified, ClassifyOptions, Crop, ImageSource, Workers } from './types.ts';

/** Most classes that one answer holds. */
export const MAX_TOP = 1000;

/** A whole network at work, and what its classes are called, in the order of its scores. */
export interface Classifier {
  readonly backbone: string;
  readonly names: readonly ClassName[];
  readonly workers: Pick<Workers, 'classify'>;
}

export interface PictureOptions extends Pick<ClassifyOptions, 'top' | 'signal'> {
  readonly crop?: Crop | undefined;
}

/**
 * @throws PixkinError `no_classes`, `invalid_request` where `top` is out of its range, `backbone_invalid` where names and scores are not
 *   as many, and the reason code of a picture that cannot be decoded
 */
export async function classifyPicture(
  { backbone, names, workers }: Classifier,
  source: ImageSource,
  { top = 3, signal, crop }: PictureOptions,
): Promise<Classified> {
  requireWhole('top', top, 1, MAX_TOP);
  requireClasses(backbone, names);
  const probabilities = await workers.classify(source, { ...(crop && { crop }), ...(signal && { signal }) });
  const predictions = bestClasses(backbone, names, probabilities, top).map(({ index, p }) => {
    const { name, id } = names[index]!;
    return { label: name, p, wnid: id };
  });
  return { predictions, backbone, head: null };
}
