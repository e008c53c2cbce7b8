/**
 * What `models bench` measured, kept with the data: `D/models/speeds.json`. Only of use on the machine where it was measured.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { PixkinError } from '../errors.ts';
import { ownModels } from './store.ts';

const speedSchema = z.object({
  name: z.string(),
  space: z.string(),
  runtime: z.string(),
  device: z.string(),
  workers: z.number(),
  pictures_per_second: z.number(),
  machine: z.string(),
});

/** One measurement: of one space on one runtime. */
export type Speed = z.infer<typeof speedSchema>;

const place = (data: string): string => join(ownModels(data), 'speeds.json');

/** `2 x AMD EPYC, Node 20.20.2`: where it changes, what was measured holds no longer. */
export const machine = (): string =>
  `${availableParallelism()} x ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}`;

/** Those that were measured on this machine; none where the file is missing or damaged. */
export async function readSpeeds(data: string): Promise<Speed[]> {
  return (await readAll(data)).filter((speed) => speed.machine === machine());
}

/**
 * Adds measurements; a new one of the same space, runtime and machine takes the old one's place.
 * @throws PixkinError `data_unwritable`
 */
export async function keepSpeeds(data: string, speeds: readonly Speed[]): Promise<void> {
  const key = ({ space, runtime, machine }: Speed): string => JSON.stringify([space, runtime, machine]);
  const all = new Map([...(await readAll(data)), ...speeds].map((speed) => [key(speed), speed]));
  const draft = `${place(data)}.${process.pid}.tmp`;
  try {
    await mkdir(ownModels(data), { recursive: true });
    await writeFile(draft, `${JSON.stringify([...all.values()], null, 2)}\n`);
    await rename(draft, place(data));
  } catch (cause) {
    const message = `the speeds could not be kept in ${ownModels(data)}: ${(cause as Error).message}`;
    throw new PixkinError('data_unwritable', message, { hint: 'choose another with --data or PIXKIN_DATA', cause });
  }
}

async function readAll(data: string): Promise<Speed[]> {
  try {
    return z.array(speedSchema).parse(JSON.parse(await readFile(place(data), 'utf8')));
  } catch {
    return [];
  }
}
