/** Takes the lock of the folder that is its argument, announces itself, says what it got, and holds it until it is killed. */
import { acquireLock } from '../../src/lock.ts';

const lock = acquireLock(process.argv[2]!);
lock?.announce({ pid: process.pid, url: 'http://127.0.0.1:1', token: 'secret' });
process.send?.(lock !== null);
process.on('disconnect', () => process.exit());
