/** Bytes to pixels: the entrance of this folder. */
export { decodePicture, makeThumbnail, type Picture, type PictureLimits } from './decode.ts';
export { hasHeic } from './heic.ts';
export { perceptualHash } from './phash.ts';
export { cropPixels, resizePixels } from './resize.ts';
export { writePng } from './sharp.ts';
export { requireKind, sniff } from './sniff.ts';
