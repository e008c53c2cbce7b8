/**
 * The plain page at GET /: a form that asks, and links to everything that there is.
 */
import { createHash } from 'node:crypto';
import type { Operation } from '../document.ts';

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
form { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0 }
input[type=text] { flex: 1; min-width: 12rem }
#results { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .75rem; padding: 0; list-style: none }
#results img { width: 100%; height: 8rem; object-fit: contain; background: #8882 }
#results a { overflow-wrap: anywhere; font-size: .8rem }
code { white-space: nowrap }`;

const script = `
const results = document.getElementById('results');
const note = document.getElementById('note');
async function show(answer) {
  note.textContent = 'searching';
  results.replaceChildren();
  try {
    const response = await answer();
    const body = await response.json();
    if (!response.ok) throw new Error(body.error.message);
    note.textContent = body.results.length + ' images, ' + body.took_ms + ' ms, ' + body.plan.mode;
    results.replaceChildren(...body.results.map(item));
  } catch (error) {
    note.textContent = error.message;
  }
}
function item(result) {
  const picture = Object.assign(new Image(), { src: result.thumbnail, alt: result.image, loading: 'lazy' });
  const link = Object.assign(document.createElement('a'), { href: result.file });
  link.append(picture, result.score.toFixed(3) + ' ' + result.image);
  const entry = document.createElement('li');
  entry.append(link);
  return entry;
}
document.getElementById('by-name').addEventListener('submit', (event) => {
  event.preventDefault();
  const search = new URLSearchParams(new FormData(event.target));
  show(() => fetch('/similar?' + search));
});
document.getElementById('by-upload').addEventListener('submit', (event) => {
  event.preventDefault();
  show(() => fetch('/similar', { method: 'POST', body: new FormData(event.target) }));
});`;

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing but this page's own script and style, and nothing from elsewhere. */
export const contentSecurityPolicy: string = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** @param operations what the page links to */
export function page(operations: readonly Operation[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>pixkin</title>
<style>${style}</style>
<h1>pixkin</h1>
<form id="by-name" action="/similar">
<input type="text" name="image" placeholder="an indexed image, such as tiger2.jpg" aria-label="image" required>
<button>Find similar</button>
</form>
<form id="by-upload" action="/similar" method="post" enctype="multipart/form-data">
<input type="file" name="image" accept="image/*" aria-label="picture" required>
<button>Find similar to this file</button>
</form>
<p id="note" role="status"></p>
<ul id="results"></ul>
<h2>What can be asked</h2>
<ul>
${operations.map(entry).join('\n')}
</ul>
<script>${script}</script>
</html>
`;
}

/** An address that needs nothing filled in leads there, any other to its description. */
function entry({ method, path, summary }: Operation): string {
  const pointer = `/openapi.json#/paths/${path.replaceAll('/', '~1')}/${method.toLowerCase()}`;
  const needsMore = method !== 'GET' || path.includes('{') || path === '/similar' || path === '/classify';
  return `<li><a href="${needsMore ? pointer : path}"><code>${method} ${path}</code></a> ${escaped(summary)}</li>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
