import { expect, test } from 'vitest';
import { orPending } from '../../server/pending.ts';
import { type Follower, PixkinError } from '../../src/index.ts';

const follower = (pending: boolean) => ({ isPending: async () => pending }) as unknown as Follower;
const missing = () => new PixkinError('image_not_found', 'no image "a.jpg" is indexed');

test('a picture that is on the disk but not done yet is pending', async () => {
  const work = () => Promise.reject(missing());
  await expect(orPending(follower(true), [{ image: 'a.jpg' }], work)).rejects.toMatchObject({ code: 'image_pending' });
});

test('a picture that is done while somebody looks whether it is pending is found', async () => {
  let looks = 0;
  const work = async () => {
    if (looks++ === 0) throw missing();
    return 'found';
  };
  await expect(orPending(follower(false), [{ image: 'a.jpg' }], work)).resolves.toBe('found');
});

test('a picture that is nowhere, and an image that is asked for by its number, are not found', async () => {
  const work = () => Promise.reject(missing());
  await expect(orPending(follower(false), [{ image: 'a.jpg' }], work)).rejects.toMatchObject({
    code: 'image_not_found',
  });
  await expect(orPending(follower(true), [{ id: 7 }], work)).rejects.toMatchObject({ code: 'image_not_found' });
});
