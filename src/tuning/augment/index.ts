/** Pictures varied for training: the entrance of this folder. */
export { augment, augmentationStream, augmentInto } from './augment.ts';
export { contactSheet } from './contact-sheet.ts';
export { type AugmentOptions, type Flip, type ResolvedAugmentation, resolveAugmentation } from './options.ts';
export { parseAugmentation } from './parse.ts';
