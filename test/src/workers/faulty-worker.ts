/**
 * A worker that does what the base name of the path says, so that a test decides who crashes and who hangs.
 * It tells nothing of pictures: `order` in a file of that folder is what it was asked, line after line.
 */
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, PixkinError } from '../../../src/errors.ts';
import type { DeviceReport, ImageSource } from '../../../src/types.ts';
import type { Answers, WorkerSettings } from '../../../src/workers/protocol.ts';
import { serve } from '../../../src/workers/serve.ts';

const settings = JSON.parse(process.argv[2] ?? '{}') as WorkerSettings;
const setup = basename(settings.backbone);
const report: DeviceReport = { device: setup === 'gpu' ? 'cuda' : 'cpu', why: `process ${process.pid}` };

process.stdout.write('a line on stdout\n');
if (setup === 'dies-at-start') {
  process.stderr.write('no such native module\n');
  process.exit(7);
}

serve((loaded): Answers<null> => {
  async function load(): Promise<DeviceReport> {
    if (setup === 'throws')
      throw new PixkinError('backbone_invalid', 'sha256 must be a; got b', { hint: 'fetch it again' });
    if (setup === 'dies-at-load') process.kill(process.pid, 'SIGSEGV');
    if (setup === 'never-loads') await new Promise(() => {});
    loaded(report);
    return report;
  }
  async function act(source: ImageSource): Promise<void> {
    if (!('path' in source)) return;
    const folder = dirname(source.path);
    const [action = '', argument = ''] = basename(source.path).split('=');
    appendFileSync(join(folder, 'order'), `${basename(source.path)}\n`);
    if (action === 'crash') process.kill(process.pid, 'SIGSEGV');
    if (action === 'exit') process.exit(Number(argument));
    if (action === 'crash-once' && !existsSync(`${source.path}.done`)) {
      writeFileSync(`${source.path}.done`, '');
      process.kill(process.pid, 'SIGSEGV');
    }
    if (action === 'killed-once' && !existsSync(`${source.path}.done`)) {
      writeFileSync(`${source.path}.done`, '');
      // This process ignores SIGTERM: dying of it is put on by taking the handler away.
      process.removeAllListeners('SIGTERM');
      process.kill(process.pid, 'SIGTERM');
      await new Promise(() => {});
    }
    if (action === 'hang') for (;;);
    if (action === 'fail') throw new PixkinError(argument as ErrorCode, `this one is ${argument}`);
    if (action === 'throw') throw new TypeError('nobody foresaw this');
    // Held until the test makes the file that it names.
    if (action === 'hold') while (!existsSync(join(folder, argument))) await sleep(5);
  }
  return {
    ready: load,
    fingerprint: async (source) => {
      await act(source);
      return { sha256: String(process.pid), bytes: 1, kind: 'png' };
    },
    prepare: async (source) => {
      await load();
      await act(source);
      return null;
    },
    infer: async () => {
      const vector = Float32Array.of(1, 2, 3);
      const phash = '0'.repeat(16);
      return { sha256: String(process.pid), bytes: 1, kind: 'png', width: 1, height: 1, phash, takenAt: null, vector };
    },
    classify: async (source) => {
      await load();
      await act(source);
      return Float32Array.of(0.25, 0.75);
    },
    thumbnail: async (source) => {
      await act(source);
      return Buffer.from('thumbnail');
    },
  };
});
