import { type ClassesStatus, PixkinError, type RootRecord, type Summary } from '../../src/index.ts';
import type { Client } from '../client.ts';
import type { Context } from '../context.ts';

/** The last line of a sweep. */
export function showSummary({ io }: Context, s: Summary): void {
  io.json({ type: 'summary', ...s });
  const counts = [
    `${s.indexed} indexed`,
    `${s.reused} reused`,
    `${s.unchanged} unchanged`,
    `${s.removed} removed`,
    `${s.failed} failed`,
  ];
  io.text(`${counts.join(', ')} in ${s.seconds.toFixed(1)} s`);
  io.text(`through the network: ${s.inferences}; other files, left alone: ${s.ignored}`);
  if (s.quarantined > 0) io.text(`in quarantine: ${s.quarantined} (indexer failures says why)`);
}

/** Says why pictures that are gone from a folder are still in the results. */
export async function warnOfRoots({ io }: Context, client: Client, names: readonly string[]): Promise<void> {
  const { roots } = await client.json<{ roots: RootRecord[] }>('/roots');
  for (const { name, state, held } of roots) {
    if (!names.includes(name)) continue;
    if (state === 'held') {
      io.note(`${name}: ${held} images are gone; they stay in the results until: indexer roots confirm ${name}`);
    }
    if (state === 'offline') io.note(`${name}: offline, its folder is missing or none of its pictures is in it`);
  }
}

interface Status {
  readonly classes: ClassesStatus | null;
  readonly labels: { readonly from_folders: boolean; readonly conflicts: number };
}

/**
 * Whoever holds the collection decides whether classes are stored, and labels taken from folders. Throws `usage` where that is not
 * what this command line says.
 */
export async function requireStoring({ config }: Context, client: Client): Promise<void> {
  if (!config.classify && config.labels_from === undefined) return;
  const { classes, labels } = await client.json<Status>('/status');
  if (config.classify && classes && !classes.stored) throw heldWithout('--classify');
  if (config.labels_from !== undefined && !labels.from_folders) throw heldWithout('--labels-from folders');
}

function heldWithout(flag: string): PixkinError {
  const setting = flag.split(' ')[0]!.slice(2).replaceAll('-', '_');
  return new PixkinError('usage', `${flag} must be given to the process that holds the collection; it runs without`, {
    hint: `end that process and start it with ${flag}, or set ${setting} in config.json`,
  });
}

/** Says how many pictures got no label, because their folders disagree. */
export async function warnOfConflicts({ config, io }: Context, client: Client): Promise<void> {
  if (config.labels_from === undefined) return;
  const { conflicts } = (await client.json<Status>('/status')).labels;
  if (conflicts === 0) return;
  io.note(`pictures whose folders disagree about their label or split: ${conflicts} (indexer label conflicts)`);
}

/** Says how many pictures were indexed before classes were stored. */
export async function warnOfClasses({ config, io }: Context, client: Client): Promise<void> {
  if (!config.classify) return;
  const { classes } = await client.json<Status>('/status');
  if (!classes?.lacking) return;
  io.note(`${classes.lacking} pictures were indexed without their classes: indexer rebuild --classify stores them`);
}
