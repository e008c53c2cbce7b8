import { resolve } from 'node:path';
import { type Classified, isFailureReason, toPixkinError } from '../../src/index.ts';
import { askAbout, asUsage, type Parameters } from '../ask.ts';
import { type Client, withClient } from '../client.ts';
import type { Context } from '../context.ts';
import { headId } from './heads/ask.ts';

/** Pictures under way at once: while one is read, others are with the network. */
const atOnce = 4;

/** What is wrong with one picture, besides the reasons that quarantine has: the others go on. */
const ofOnePicture: ReadonlySet<string> = new Set([
  'usage',
  'image_not_found',
  'ambiguous_image',
  'image_quarantined',
  'root_offline',
  'upload_too_large',
]);

type Answer = { readonly classified: Classified } | { readonly error: unknown };

/**
 * What the head in use says of pictures, or the whole network: files, or indexed images by their names. The exit code is 3 where some could not be read.
 * @param flags parameters of the routes
 */
export function classify(context: Context, images: readonly string[], flags: Parameters): Promise<number> {
  const { io, signal } = context;
  return withClient(context, async (client) => {
    let failed = 0;
    const head = typeof flags.head === 'string' ? await headId(client, flags.head, '--head') : undefined;
    for await (const { image, answer } of inOrder(client, images, { ...flags, head })) {
      signal.throwIfAborted();
      if ('error' in answer) {
        complain(context, image, answer.error);
        failed++;
        continue;
      }
      const { predictions } = answer.classified;
      io.json({ image, ...answer.classified });
      if (images.length > 1) io.text(image);
      for (const { label, p, wnid } of predictions) {
        const indent = images.length > 1 ? '  ' : '';
        io.text(`${indent}${(100 * p).toFixed(1).padStart(5)} %  ${label}${wnid === undefined ? '' : `  ${wnid}`}`);
      }
    }
    return failed > 0 ? 3 : 0;
  });
}

async function* inOrder(
  client: Client,
  images: readonly string[],
  flags: Parameters,
): AsyncGenerator<{ image: string; answer: Answer }> {
  const given = { ...flags, backbone: network(flags.backbone) };
  const ask = (image: string): Promise<Answer> =>
    askAbout<Classified>(client, '/classify', image, given).then(
      (classified) => ({ classified }),
      (error: unknown) => ({ error }),
    );
  const underWay: { image: string; answer: Promise<Answer> }[] = [];
  for (const image of [...images, null]) {
    if (image !== null) underWay.push({ image, answer: ask(image) });
    while (underWay.length >= atOnce || (image === null && underWay.length > 0)) {
      const first = underWay.shift()!;
      yield { image: first.image, answer: await first.answer };
    }
  }
}

/** @throws what is not the fault of that one picture */
function complain({ io }: Context, image: string, thrown: unknown): void {
  const error = toPixkinError(thrown);
  const { code, message, hint } = error;
  if (!isFailureReason(code) && !ofOnePicture.has(code))
    throw asUsage(error, { top: null, crop: null, root: null, head: null });
  io.json({ image, error: { code, message, ...(hint !== undefined && { hint }) } });
  if (!io.isJson) io.complain(`failed: ${image}: ${code}: ${message}`);
}

/** A path is one from where the command was typed, which is not where the server runs. */
function network(given: Parameters[string]): Parameters[string] {
  return typeof given === 'string' && /[/\\]|^\.{1,2}$/.test(given) ? resolve(given) : given;
}
