/**
 * What this installation can do: each native part is really loaded, and what is missing comes with the step that brings it.
 */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { toPixkinError } from './errors.ts';
import { findBackbone, readVerifiedModel } from './model/backbone.ts';
import { defaultBackbone, modelFolders } from './open.ts';
import { spaceOf } from './space.ts';
import type { Device } from './types.ts';

/** `warning`: it works, with less. `error`: the main job fails. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'error';
  readonly message: string;
  readonly hint?: string;
}

export interface DoctorOptions {
  /** The data folder. */
  readonly data: string;
  readonly backbone?: string | undefined;
  readonly device: Device;
}

const leastNode = [20, 19] as const;
/** Fewer inotify watches than this are soon used up: one for each followed file and folder. */
const fewWatches = 65_536;

/** Yields one finding after the other; never throws. */
export async function* examine(o: DoctorOptions): AsyncGenerator<Check> {
  yield node();
  yield dataFolder(o.data);
  yield await attempt('catalog (SQLite)', async () => {
    const { openDatabase } = await import('./sqlite.ts');
    const db = openDatabase(':memory:');
    const { v } = db.prepare('SELECT sqlite_version() AS v').get() as { v: string };
    db.close();
    return `SQLite ${v}`;
  });
  yield await attempt('decoder (sharp)', async () => {
    const { decodePicture } = await import('./image/index.ts');
    await decodePicture(onePixel);
    return 'decodes jpeg, png, webp, gif, tiff, avif and bmp';
  });
  yield await heic();
  yield await hnsw();
  yield await attempt('network', async () => {
    const backbone = await findBackbone(o.backbone ?? defaultBackbone, modelFolders);
    await readVerifiedModel(backbone);
    return `${backbone.manifest.name}, ${backbone.manifest.output.dim} numbers, space ${spaceOf(backbone)}; its hash is right`;
  });
  yield await device(o);
  if (process.platform === 'linux') yield await watches();
  yield { name: 'workers', state: 'ok', message: `${availableParallelism()} cores: one worker process for each` };
}

/** A white GIF of one pixel. */
const onePixel = Buffer.from('R0lGODdhAQABAIAAAP///////ywAAAAAAQABAAACAkQBADs=', 'base64');

function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const recent = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  const message = `Node ${process.versions.node}`;
  if (recent) return { name: 'Node', state: 'ok', message };
  return { name: 'Node', state: 'error', message, hint: `pixkin needs Node ${leastNode.join('.')} or later` };
}

function dataFolder(data: string): Check {
  let folder = data;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    if (!statSync(folder).isDirectory()) {
      return {
        name: 'data folder',
        state: 'error',
        message: `${folder} is a file`,
        hint: 'choose another with --data or PIXKIN_DATA',
      };
    }
    return { name: 'data folder', state: 'ok', message: `${data} can be written` };
  } catch {
    return {
      name: 'data folder',
      state: 'error',
      message: `${folder} cannot be written`,
      hint: 'choose another with --data or PIXKIN_DATA',
    };
  }
}

async function heic(): Promise<Check> {
  const name = 'HEIC (libheif-js)';
  const { hasHeic } = await import('./image/index.ts');
  if (await hasHeic()) return { name, state: 'ok', message: 'installed' };
  return {
    name,
    state: 'warning',
    message: 'not installed: HEIC pictures are refused',
    hint: 'npm install libheif-js',
  };
}

async function hnsw(): Promise<Check> {
  const name = 'index (hnswlib-node)';
  const { loadHnsw } = await import('./vectors/hnsw.ts');
  if (await loadHnsw()) return { name, state: 'ok', message: 'installed' };
  return {
    name,
    state: 'warning',
    message: 'not installed: the exact scan serves, slower above some ten thousand pictures',
    hint: 'it is compiled when it is installed: provide Python, make and a C++ compiler, then npm install hnswlib-node',
  };
}

async function device({ backbone, device }: DoctorOptions): Promise<Check> {
  return attempt('device', async () => {
    const { offeredProviders, openOnnxSession } = await import('./runtime/onnx.ts');
    const session = await openOnnxSession(await findBackbone(backbone ?? defaultBackbone, modelFolders), {
      device,
      threads: 1,
    });
    const { device: chosen, why } = session.device;
    await session.close();
    const offered = offeredProviders();
    const cuda =
      process.platform === 'linux' && !offered.includes('cuda')
        ? '; for CUDA install its libraries: ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node (not tried here: it needs a GPU)'
        : '';
    return `${chosen} (${why}); ONNX Runtime offers ${offered.join(', ')}${cuda}`;
  });
}

async function watches(): Promise<Check> {
  const name = 'file watching (inotify)';
  const most = Number(await readFile('/proc/sys/fs/inotify/max_user_watches', 'utf8').catch(() => 'NaN'));
  if (!(most < fewWatches)) return { name, state: 'ok', message: `${most} watches allowed` };
  return {
    name,
    state: 'warning',
    message: `only ${most} watches allowed: large folders are polled instead`,
    hint: 'sysctl fs.inotify.max_user_watches=524288',
  };
}

async function attempt(name: string, work: () => Promise<string>): Promise<Check> {
  try {
    return { name, state: 'ok', message: await work() };
  } catch (error) {
    const { message, hint } = toPixkinError(error);
    return { name, state: 'error', message, ...(hint !== undefined && { hint }) };
  }
}
