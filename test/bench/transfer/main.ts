/**
 * Five recipes of transfer learning, as the table that the README shows: `npm run bench:transfer -- [--write] [--short] [--only NAME…]`.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../../src/index.ts';
import { build, indexer } from '../command.ts';
import { machine } from '../machine.ts';
import { say } from '../say.ts';
import { writeBetweenMarkers } from '../table.ts';
import { flowersCurves } from './flowers-curves.ts';
import { flowersLinear } from './flowers-linear.ts';
import { ownBase } from './own-base.ts';
import { openPlace } from './place.ts';
import { markdown, type Row } from './recipe.ts';
import { sizes } from './sizes.ts';
import { tiles } from './tiles.ts';
import { twoFlowers } from './two-flowers.ts';

const all = [flowersLinear, flowersCurves, twoFlowers, tiles, ownBase];
const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
  },
});
const { write, short, only = all.map(({ name }) => name) } = values;
const unknown = only.find((name) => all.every((one) => one.name !== name));
if (unknown !== undefined) {
  throw new Error(`--only must be one of ${all.map(({ name }) => name).join(', ')}; got ${unknown}`);
}
if (write && (short || values.only)) throw new Error('--write takes the whole table: not with --short or --only');

build();
const place = openPlace(sizes[short ? 'short' : 'full'], [process.execPath, indexer]);
const rows: Row[] = [];
try {
  for (const recipe of all.filter(({ name }) => only.includes(name))) {
    const reason = recipe.missing();
    say(reason === null ? `== ${recipe.name}` : `== ${recipe.name}: skipped: ${reason}`);
    if (reason === null) rows.push(...(await recipe.follow(place)).rows);
  }
} finally {
  place.close();
}
const text = `Measured with \`npm run bench:transfer\` on ${machine()}.\n\n${markdown(rows)}`;
console.log(text);
if (write) writeBetweenMarkers(join(packageRoot, 'README.md'), `\n${text}\n`, 'transfer');
