import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { createRandom } from '../support/random.ts';
import { age } from './command-line.ts';

export const colours = ['red', 'green', 'blue'] as const;

/** `count` small pictures of random blocks, each with more of one colour than of the others: `red 0.png`, `red 1.png`, … */
export async function makeColoured(
  folder: string,
  colour: (typeof colours)[number],
  count: number,
  seed: number,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const random = createRandom(seed);
  const strong = colours.indexOf(colour);
  for (let i = 0; i < count; i++) {
    const bytes = Array.from({ length: 4 * 4 * 3 }, (_, at) => random.below(100) + (at % 3 === strong ? 150 : 0));
    const small = sharp(Buffer.from(bytes), { raw: { width: 4, height: 4, channels: 3 } });
    const file = join(folder, `${colour} ${i}.png`);
    await writeFile(file, await small.resize(48, 48, { kernel: 'nearest' }).png().toBuffer());
    age(file);
  }
}
