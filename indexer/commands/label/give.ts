import { PixkinError } from '../../../src/index.ts';
import { findImage } from '../../ask.ts';
import type { Context } from '../../context.ts';
import { ask, countImages, type Flags } from './ask.ts';

export function set(context: Context, args: string[], { root, split }: Flags): Promise<number> {
  const label = args.at(-1)!;
  const images = args.slice(0, -1);
  if (images.length === 0) throw new PixkinError('usage', `LABEL must follow the images; got only ${label}`);
  return give(context, images, root, { label, ...(split !== undefined && { split }) });
}

export function unset(context: Context, images: string[], { root }: Flags): Promise<number> {
  return give(context, images, root, { label: null });
}

/** All are found before one is changed. */
function give(context: Context, images: readonly string[], root: unknown, choice: object): Promise<number> {
  return ask(context, async (client) => {
    const ids: number[] = [];
    for (const image of images) ids.push(await findImage(client, image, root as string | undefined));
    let changed = 0;
    for (const id of new Set(ids)) {
      const answer = await client.send<{ images: { root: string; image: string; label: string | null }[] }>(
        'PUT',
        `/images/${id}/label`,
        choice,
      );
      for (const image of answer.images) {
        context.io.json(image);
        context.io.text(`${image.root}  ${image.image}  ${image.label ?? '(no label)'}`);
      }
      changed += answer.images.length;
    }
    context.io.note(`changed: ${countImages(changed)}`);
    return 0;
  });
}
