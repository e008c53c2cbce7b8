/**
 * Nobody learns from an answer where on the server something lies: a message of the operating system may hold a path.
 */
import type { Collection } from '../src/index.ts';
import type { Ctx } from './context.ts';

/** First parts of this server's own addresses, which hints name. */
const addresses =
  'similar|classify|images|labels|heads|roots|spaces|jobs|status|failures|healthz|readyz|metrics|openapi\\.json';
const quoted = /(["'])(?:\/|[A-Za-z]:\\)[^"'\n]*\1/g;
const bare = new RegExp(
  `(^|[\\s(=:,])(?:/(?!(?:${addresses})(?:[/?\\s.,;)]|$))[^\\s"'(),;]+|[A-Za-z]:\\\\[^\\s"'(),;]+)`,
  'g',
);

/** Replaces the folders of roots by the roots' names, and every other absolute path by "…". */
export function scrub(message: string, roots: readonly { name: string; path: string }[]): string {
  let text = message;
  for (const { name, path } of roots.toSorted((a, b) => b.path.length - a.path.length)) {
    // A root that is the whole disk would turn every slash into its name.
    if (path.length > 1) text = text.replaceAll(path, name);
  }
  return text.replace(quoted, '"…"').replace(bare, '$1…');
}

/** What a message becomes for whoever asks: who may change roots, jobs and heads named those folders, and is told of them. */
export function scrubFor(c: Ctx, collection: Collection): (message: string) => string {
  if (c.get('right') === 'write' && /^\/(roots|jobs|heads)(\/|$)/.test(c.req.path)) return (message) => message;
  return (message) => scrub(message, rootsOf(collection));
}

function rootsOf(collection: Collection): readonly { name: string; path: string }[] {
  try {
    return collection.roots.list();
  } catch {
    // A closed collection has no roots to tell of.
    return [];
  }
}
