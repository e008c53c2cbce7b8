import { join } from 'node:path';
import { columns } from '../models/text.ts';
import { fraction, type Head } from './head.ts';

/** What was tuned with a head, what that changed, and where the network lies; nothing of a head by itself. @param data the collection */
export function tuningOf({ options, tuning }: Head, data: string): string[] {
  if (!tuning) return [];
  const { run, comparison } = tuning;
  const how = options.from_scratch ? 'all layers, from random numbers' : `the layers ${options.fine_tune}`;
  const rows = Object.entries({
    accuracy: comparison.accuracy,
    'of the nearest ten, same label': comparison.precision_at_10,
  }).map(([name, { before, after }]) => [name, fraction(before), fraction(after)]);
  return [
    `trained with it: ${how}`,
    ...columns([['on the held-out pictures', 'before', 'after'], ...rows]),
    `network ${run}: ${join(data, 'models', run)}; its run: ${join(data, 'runs', run)}`,
  ];
}

/** An option as its flag takes it; null where it is not set. */
export function writtenOption(name: string, value: Head['options'][string]): string | null {
  if (value === null || value === undefined) return null;
  return `${name.replaceAll('_', '-')} ${typeof value === 'object' ? writtenFields(value) : value}`;
}

/** `128x96` of a size, `flip=both,zoom=0.2` of an augmentation. */
function writtenFields(fields: Readonly<Record<string, string | number | null>>): string {
  if ('width' in fields) return `${fields.width}x${fields.height}`;
  const set = Object.entries(fields).filter(([name, value]) => value !== null && value !== (name === 'crop' ? 1 : 0));
  return set.map(([name, value]) => `${name}=${value}`).join(',');
}
