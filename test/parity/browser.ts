/**
 * A page in a headless browser, where one is installed.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The command of a Chromium; undefined where there is none. */
export const browser = names.find((name) => spawnSync(name, ['--version']).status === 0);
if (!browser) console.log(`no page is opened: there is none of ${names.join(', ')}`);

export interface Page {
  /** Fills `pre` for the file that `input` is given. */
  readonly html: string;
  /** Files that it fetches by their paths. */
  readonly folder: string;
  /** In place of the script that its first line fetches. */
  readonly scripts: readonly string[];
  /** Fetched by their base names from `/assets/`. */
  readonly assets: readonly string[];
  readonly pictures: readonly string[];
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript',
  json: 'application/json',
  wasm: 'application/wasm',
};

/**
 * Opens a page, and gives it pictures.
 * @returns the text in `pre` after each
 */
export async function servePage(page: Page): Promise<string[]> {
  const server = createServer();
  const posted = new Promise<string[]>((resolve, reject) => {
    server.on('request', (request, response) => {
      answer(page, request, response).then((texts) => texts && resolve(texts), reject);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const profile = await mkdtemp(join(tmpdir(), 'pixkin-browser-'));
  let child: ChildProcess | undefined;
  try {
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`];
    const { port } = server.address() as AddressInfo;
    child = spawn(browser!, [...flags, `http://127.0.0.1:${port}/`], { stdio: 'ignore' });
    const ended = once(child, 'exit').then(([code]): never => {
      throw new Error(`${browser} ended with ${code}`);
    });
    return await Promise.race([posted, ended]);
  } finally {
    if (child && child.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit').catch(() => {});
    }
    server.closeAllConnections();
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @returns what the page has posted, where it has */
async function answer(page: Page, request: IncomingMessage, response: ServerResponse): Promise<string[] | undefined> {
  const path = decodeURIComponent(new URL(request.url!, 'http://127.0.0.1').pathname);
  if (request.method === 'POST') {
    const { texts, error } = JSON.parse(Buffer.concat(await request.toArray()).toString()) as {
      texts?: string[];
      error?: string;
    };
    response.end();
    if (texts) return texts;
    throw new Error(`the page failed: ${error}`);
  }
  const found = path === '/' ? wholePage(page) : fileOf(page, path);
  const type = path === '/' ? 'html' : path.slice(path.lastIndexOf('.') + 1);
  if (found === undefined) response.writeHead(404).end();
  else response.writeHead(200, { 'content-type': types[type] ?? 'application/octet-stream' }).end(found);
  return undefined;
}

function fileOf({ folder, scripts, assets, pictures }: Page, path: string): Buffer | undefined {
  const listed = [...scripts, ...assets, ...pictures].find((file) => path === `/assets/${basename(file)}`);
  try {
    return readFileSync(listed ?? join(folder, path));
  } catch {
    return undefined;
  }
}

/** The page, and what plays its user. */
function wholePage({ html, scripts, pictures }: Page): string {
  const own = scripts.map((file) => `<script src="/assets/${basename(file)}"></script>`).join('\n');
  const [first, ...rest] = html.split('\n');
  if (!/^<script src="https:[^"]+"><\/script>$/.test(first!)) throw new Error(`expected a script tag; got ${first}`);
  const urls = pictures.map((file) => `/assets/${basename(file)}`);
  return `<!doctype html><meta charset="utf-8">
${own}
<script>
  const post = (body) => fetch('/done', { method: 'POST', body: JSON.stringify(body) });
  addEventListener('error', ({ message }) => post({ error: message }));
  addEventListener('unhandledrejection', ({ reason }) => post({ error: String(reason?.stack ?? reason) }));
  tf.wasm.setWasmPaths('/assets/');
  tf.setBackend('wasm');
</script>
${rest.join('\n')}
<script type="module">
  const until = async (holds) => {
    while (!holds()) await new Promise((resume) => setTimeout(resume, 20));
  };
  const [input, pre] = ['input', 'pre'].map((name) => document.querySelector(name));
  await until(() => input.onchange);
  const texts = [];
  for (const url of ${JSON.stringify(urls)}) {
    const files = new DataTransfer();
    files.items.add(new File([await (await fetch(url)).blob()], 'picture.jpeg', { type: 'image/jpeg' }));
    pre.textContent = '';
    input.files = files.files;
    input.dispatchEvent(new Event('change'));
    await until(() => pre.textContent);
    texts.push(pre.textContent);
  }
  await post({ texts });
</script>`;
}
