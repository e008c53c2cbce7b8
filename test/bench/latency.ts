/**
 * How long an answer takes over HTTP, one request after the other on one connection.
 */
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { indexFolder } from './command.ts';
import { type Measurement, runAlone } from './measurement.ts';
import { flowersMissing, picturesIn, train, val } from './pictures.ts';
import { serve } from './server.ts';
import { percentile } from './statistics.ts';
import type { Row } from './table.ts';
import type { Workplace } from './workplace.ts';

export const latency: Measurement = {
  name: 'latency',
  missing: flowersMissing,
  async measure(workplace) {
    const data = workplace.fresh('data');
    await indexFolder(train, data);
    const { folder, data: smallData } = await workplace.small();
    return [...(await ask(workplace, train, data)), ...(await ask(workplace, folder, smallData))];
  },
};

/** Times of both kinds of question to one collection, in milliseconds. */
async function ask({ sizes }: Workplace, folder: string, data: string): Promise<Row[]> {
  const images = await picturesIn(folder);
  const strange = await picturesIn(val);
  const serving = await serve(data);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const gets: number[] = [];
    const posts: number[] = [];
    let plan = '';
    for (let i = 0; i < sizes.gets; i++) {
      const image = images[(i * 7919) % images.length]!;
      const { took, body } = await send(`${serving.url}/similar?image=${encodeURIComponent(image)}`, agent);
      gets.push(took);
      plan = (JSON.parse(body) as { plan: { mode: string } }).plan.mode;
    }
    for (let i = 0; i < sizes.uploads; i++) {
      const bytes = await readFile(join(val, strange[i % strange.length]!));
      // Other bytes behind the end mark: no picture comes twice.
      const upload = Buffer.concat([bytes, Buffer.from(`upload ${i}`)]);
      posts.push((await send(`${serving.url}/similar`, agent, upload)).took);
    }
    const figure = (times: number[]): string =>
      `p50 ${percentile(times, 50).toFixed(1)} ms, p99 ${percentile(times, 99).toFixed(1)} ms`;
    const of = `${images.length.toLocaleString('en')} pictures`;
    return [
      {
        what: `\`GET /similar?image=\` among ${of}`,
        figure: figure(gets),
        how: `${sizes.gets.toLocaleString('en')} requests in turn over HTTP; plan: ${plan}`,
      },
      {
        what: `\`POST /similar\` of a photograph among ${of}`,
        figure: figure(posts),
        how: `${sizes.uploads} pictures that are not indexed, decoded and embedded; the first took ${posts[0]?.toFixed(0)} ms`,
      },
    ];
  } finally {
    agent.destroy();
    await serving.stop();
  }
}

/** `took`: until the last byte of the answer, in milliseconds. */
async function send(url: string, agent: Agent, upload?: Uint8Array): Promise<{ took: number; body: string }> {
  const start = performance.now();
  const headers = upload && { 'content-type': 'image/jpeg', 'content-length': upload.length };
  const { status, bytes } = await new Promise<{ status: number | undefined; bytes: Buffer }>((resolve, reject) => {
    const asked = request(url, { agent, method: upload ? 'POST' : 'GET', ...(headers && { headers }) }, (response) => {
      buffer(response).then((bytes) => resolve({ status: response.statusCode, bytes }), reject);
    });
    asked.on('error', reject).end(upload);
  });
  const took = performance.now() - start;
  const body = bytes.toString('utf8');
  if (status !== 200) throw new Error(`${url} answered ${status}: ${body}`);
  return { took, body };
}

await runAlone(import.meta.url, latency);
