import { PixkinError } from '../../../src/index.ts';
import type { Context } from '../../context.ts';
import { ask, countImages } from './ask.ts';

export function rename(context: Context, [from, to]: string[]): Promise<number> {
  return relabel(context, '/labels/rename', { from, to }, (images) => `called ${to} now: ${countImages(images)}`);
}

export function merge(context: Context, args: string[]): Promise<number> {
  const [from, into] = [args.slice(0, -1), args.at(-1)!];
  if (from.length === 0) throw new PixkinError('usage', `INTO must follow the labels; got only ${into}`);
  return relabel(context, '/labels/merge', { from, into }, (images) => `${into} now: ${countImages(images)}`);
}

function relabel(context: Context, path: string, body: object, said: (images: number) => string): Promise<number> {
  return ask(context, async (client) => {
    const { images } = await client.post<{ images: number }>(path, body);
    context.io.json({ type: 'relabelled', images });
    context.io.text(said(images));
    return 0;
  });
}
