import { join, resolve } from 'node:path';
import { augmentationSheet, modelFoldersOf, PixkinError, type SpaceRecord } from '../../../src/index.ts';
import type { Client } from '../../client.ts';
import type { Context } from '../../context.ts';
import { writeWhole } from '../evaluate/write.ts';
import { columns } from '../models/text.ts';
import type { TrainRequest } from './request.ts';

/** Rows of the sheet. */
const most = 6;

interface Shown {
  readonly root: string;
  readonly image: string;
  readonly content: string;
  readonly label: string;
}

/** Writes what the augmentation of a training does to labelled pictures, as its network takes them. Nothing is trained. */
export async function showAugmentation(
  { config, io }: Context,
  client: Client,
  file: string,
  request: TrainRequest,
): Promise<number> {
  const { augment, seed, size, from_scratch, backbone, pooling, cut } = request as {
    augment?: object;
    seed?: number;
    size?: number;
    from_scratch?: boolean;
    backbone?: string;
    pooling?: SpaceRecord['pooling'];
    cut?: string;
  };
  const asked = { pooling: pooling ?? undefined, cut };
  const network =
    backbone === undefined ? { ...(await currentNetwork(client)), ...given(asked) } : { backbone, ...asked };
  const images = await labelled(client);
  const sheet = await augmentationSheet({
    network,
    folders: modelFoldersOf(config.data),
    options: { augment, seed, size, fromScratch: from_scratch },
    pictures: await withPaths(client, images),
  });
  if (!sheet) throw new PixkinError('usage', '--show-augmentation goes with an --augment that varies pictures');
  await writeWhole('--show-augmentation', file, sheet.png);
  const { width, height, shown } = sheet;
  const rows = shown.map((at) => images[at]!);
  const pictures = rows.map(({ root, image, label }) => ({ root, image, label }));
  io.json({
    type: 'augmentation',
    file: resolve(file),
    network: sheet.network,
    width,
    height,
    augment: sheet.augment,
    pictures,
  });
  io.text(
    `written: ${file}: a row for each picture as ${sheet.network} takes it (${width} x ${height}), itself and seven variations`,
  );
  for (const line of columns(rows.map(({ root, image, label }, at) => [at + 1, label, root, image]))) io.text(line);
  return 0;
}

async function currentNetwork(client: Client): Promise<Parameters<typeof augmentationSheet>[0]['network']> {
  const { spaces } = await client.json<{ spaces: SpaceRecord[] }>('/spaces');
  const { folder, pooling, cut } = spaces.find(({ current }) => current)!;
  return { backbone: folder, ...given({ pooling: pooling ?? undefined, cut: cut ?? undefined }) };
}

/** Some of each label, as many as fit. */
async function labelled(client: Client): Promise<Shown[]> {
  const { labels } = await client.json<{ labels: { label: string; given: number }[] }>('/labels');
  const used = labels.filter(({ given }) => given > 0).slice(0, most);
  if (used.length === 0) {
    throw new PixkinError('training_data_invalid', 'pictures with a label are shown; there is none', {
      hint: 'indexer label set IMAGE LABEL, label import, or index --labels-from folders',
    });
  }
  const images: Shown[] = [];
  for (const [at, { label }] of used.entries()) {
    const limit = Math.ceil((most - images.length) / (used.length - at));
    const search = new URLSearchParams({ label, label_source: 'given', limit: String(limit) });
    images.push(...(await client.json<{ images: Shown[] }>(`/images?${search}`)).images);
  }
  return images;
}

async function withPaths(client: Client, images: readonly Shown[]): Promise<{ content: string; paths: string[] }[]> {
  const { roots } = await client.json<{ roots: { name: string; path: string }[] }>('/roots');
  const folders = new Map(roots.map(({ name, path }) => [name, path]));
  return images.map(({ root, image, content }) => ({ content, paths: [join(folders.get(root)!, image)] }));
}

function given<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
