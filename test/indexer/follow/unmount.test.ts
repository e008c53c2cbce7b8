import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { emptyFolder, putPicture, startFollowing, until } from './folders.ts';

const mount = (folder: string) => execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder], { stdio: 'ignore' });
const unmount = (folder: string) => execFileSync('umount', ['-l', folder], { stdio: 'ignore' });

const mayMount = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'pixkin-mount-'));
  try {
    mount(folder);
    unmount(folder);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
})();

test.skipIf(!mayMount)(
  'a disk that is unmounted while it is watched loses nothing, however few pictures it has (skipped where mounting is not allowed)',
  async () => {
    const folder = await emptyFolder();
    mount(folder);
    let mounted = true;
    onTestFinished(() => {
      if (mounted) unmount(folder);
    });
    for (let n = 0; n < 3; n++) await putPicture(folder, `${n}.jpg`);
    const f = startFollowing({ watch: 'native' });
    await f.follower.add(folder, { name: 'disk' });
    await f.follower.start();
    await until(() => f.state('disk') === 'online' && f.images().length === 3);
    unmount(folder);
    mounted = false;
    await until(() => f.state('disk') === 'offline');
    mount(folder);
    mounted = true;
    for (let n = 0; n < 3; n++) await putPicture(folder, `${n}.jpg`);
    await until(() => f.state('disk') === 'online');
    expect(f.images()).toHaveLength(3);
    expect(f.collection.status().inferences).toBe(3);
    expect(f.outcomes.filter(({ type }) => type === 'removed')).toEqual([]);
  },
);
