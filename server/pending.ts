import { type Follower, type ImageAddress, PixkinError } from '../src/index.ts';

/**
 * Does what needs these images. Where one is not found although its file is there, the follower is only not done with it yet.
 * @throws PixkinError `image_pending` instead of `image_not_found`
 */
export async function orPending<T>(
  follower: Follower,
  addresses: readonly ImageAddress[],
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PixkinError) || error.code !== 'image_not_found') throw error;
    for (const address of addresses) {
      if (!('image' in address) || !(await follower.isPending(address.image, address.root))) continue;
      throw new PixkinError('image_pending', `"${address.image}" is on the disk, but not indexed yet`, {
        hint: 'ask again in a moment; GET /status tells how far the work is',
        cause: error,
      });
    }
    // It may have been done between the two looks.
    return work();
  }
}
