/**
 * HTML as a value of its own: whatever goes into it as a text is escaped.
 */

/** Markup that is safe as it is: made by `html`, or a constant. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | null | readonly Part[];

/** A template: texts and numbers in it are escaped, in attributes too where those are quoted; null and an empty list are nothing. */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let markup = pieces[0]!;
  for (const [i, part] of parts.entries()) markup += render(part) + pieces[i + 1]!;
  return { markup };
}

function render(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return 'markup' in part ? part.markup : part.map(render).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Also control characters, which HTML cannot have: a file's name can. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (found) => entities[found]!).replace(/(?![\t\n])\p{Cc}/gu, '\ufffd');
}
