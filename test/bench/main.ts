/**
 * All measurements, as the table that the README shows: `npm run bench -- [--write] [--only NAME…] [--quick]`.
 * Ratios are taken in alternating rounds; leave the machine alone meanwhile.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../src/index.ts';
import { filters } from './filters.ts';
import { latency } from './latency.ts';
import { machine } from './machine.ts';
import { measureAll } from './measurement.ts';
import { memory } from './memory.ts';
import { quality } from './quality.ts';
import { recipe } from './recipe.ts';
import { restart } from './restart.ts';
import { sample } from './sample.ts';
import { sizes } from './sizes.ts';
import { markdown, writeBetweenMarkers } from './table.ts';
import { throughput } from './throughput.ts';

const all = [throughput, memory, restart, latency, filters, quality, sample, recipe];
const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
  },
});
const { write, quick, only = all.map(({ name }) => name) } = values;
const unknown = only.find((name) => all.every((one) => one.name !== name));
if (unknown !== undefined) {
  throw new Error(`--only must be one of ${all.map(({ name }) => name).join(', ')}; got ${unknown}`);
}
if (write && (quick || values.only)) throw new Error('--write takes the whole table: not with --quick or --only');

const rows = await measureAll(
  all.filter(({ name }) => only.includes(name)),
  sizes[quick ? 'quick' : 'full'],
);
const text = `Measured with \`npm run bench\` on ${machine()}.\n\n${markdown(rows)}`;
console.log(text);
if (write) writeBetweenMarkers(join(packageRoot, 'README.md'), `\n${text}\n`, 'bench');
