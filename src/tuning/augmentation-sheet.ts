import { resizeSpec } from '../model/backbone.ts';
import type { Pixels, ResolvedAugmentation } from '../types.ts';
import { contactSheet } from './augment/index.ts';
import { findBase } from './base.ts';
import { decodeFor, isPictures } from './decode.ts';
import { resolveTuneOptions, type TuneOptions } from './options.ts';
import type { TunePicture, TuneTask } from './task.ts';

/** What is to be shown of a run that is asked for in the same way. */
export interface AugmentationSheetTask {
  readonly network: TuneTask['network'];
  /** Where networks are looked for by name. */
  readonly folders: readonly string[];
  /** `fineTune` may be absent: nothing is trained. */
  readonly options: TuneOptions;
  readonly pictures: readonly Pick<TunePicture, 'content' | 'paths'>[];
}

export interface AugmentationSheet {
  /** A row for each picture: itself, then as each of the first seven passes might have it. */
  readonly png: Uint8Array;
  /** Places of the pictures in it; those that cannot be read are left out. */
  readonly shown: readonly number[];
  readonly network: string;
  /** Of the pictures, as the network takes them. */
  readonly width: number;
  readonly height: number;
  readonly augment: ResolvedAugmentation;
}

/**
 * What the augmentation of a run does to some pictures, before anything is trained; null where it does nothing.
 * @throws PixkinError as `tuneNetwork` does about options and the network; `invalid_request` where no picture can be read
 */
export async function augmentationSheet({
  network,
  folders,
  options,
  pictures,
}: AugmentationSheetTask): Promise<AugmentationSheet | null> {
  const resolved = resolveTuneOptions({ ...(!options.fromScratch && { fineTune: 'all' }), ...options });
  const { augment, seed } = resolved;
  if (!augment) return null;
  const { manifest } = await findBase(network, folders, resolved);
  const spec = resizeSpec(manifest);
  // Decoders are loaded by those only who use them.
  const tools = { ...(await import('../image/index.ts')), ...(await import('../workers/read.ts')) };
  const pixels: Pixels[] = [];
  const shown: number[] = [];
  for (const [place, picture] of pictures.entries()) {
    try {
      pixels.push(await decodeFor(tools, { ...picture, label: '', phash: '' }, spec, {}));
      shown.push(place);
    } catch (error) {
      if (!isPictures(error)) throw error;
    }
  }
  const png = await contactSheet(pixels, augment, seed);
  return { png, shown, network: manifest.name, width: spec.width, height: spec.height, augment };
}
