/**
 * HTML as a reader sees it.
 */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Text of it and of all that is in it. */
  text: string;
}

const empty = new Set(['meta', 'img', 'line', 'rect', 'circle', 'polyline', 'br']);

/** Every element of a page, in order. @throws Error where one is not closed, or an attribute not quoted */
export function elementsOf(page: string): Element[] {
  const all: Element[] = [];
  const open: Element[] = [];
  for (const [token] of page.replace(/^<!doctype html>/, '').matchAll(/<[^>]*>|[^<]+/g)) {
    if (!token.startsWith('<')) {
      const text = decoded(token);
      for (const element of open) element.text += text;
    } else if (token.startsWith('</')) {
      const closed = open.pop();
      if (`</${closed?.name}>` !== token) throw new Error(`${token} closes <${closed?.name}>`);
    } else {
      const [, name, rest] = /^<([a-z]\w*)((?: [\w-]+="[^"<>]*")*)\/?>$/.exec(token) ?? [];
      if (name === undefined) throw new Error(`no element: ${token}`);
      const pairs = [...rest!.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, decoded(value!)]);
      const element = { name, attributes: Object.fromEntries(pairs), text: '' };
      all.push(element);
      if (!empty.has(name)) open.push(element);
    }
  }
  if (open.length > 0) throw new Error(`not closed: ${open.map(({ name }) => name)}`);
  return all;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function decoded(text: string): string {
  return text.replace(/&([^;]*;?)/g, (found, name: string) => {
    const letter = entities[name.slice(0, -1)];
    if (letter === undefined) throw new Error(`no entity: ${found}`);
    return letter;
  });
}
