/**
 * What a measurement is, and how its file runs alone: `tsx test/bench/throughput.ts [--quick]`.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './command.ts';
import { machine } from './machine.ts';
import { say } from './say.ts';
import { type Sizes, sizes } from './sizes.ts';
import { markdown, type Row } from './table.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

export interface Measurement {
  readonly name: string;
  /** Why it cannot be taken here, or null. */
  missing(): string | null;
  measure(workplace: Workplace): Promise<Row[]>;
}

/** Rows of one measurement after another; one that cannot be taken here is named on stderr with the reason. */
export async function measureAll(measurements: readonly Measurement[], amount: Sizes): Promise<Row[]> {
  build();
  const workplace = openWorkplace(amount);
  try {
    const rows: Row[] = [];
    for (const one of measurements) {
      const reason = one.missing();
      say(reason === null ? `== ${one.name}` : `== ${one.name}: skipped: ${reason}`);
      if (reason === null) rows.push(...(await one.measure(workplace)));
    }
    return rows;
  } finally {
    workplace.close();
  }
}

/** Takes and prints a measurement where its file is what Node was started with. */
export async function runAlone(url: string, measurement: Measurement): Promise<void> {
  if (process.argv[1] !== fileURLToPath(url)) return;
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
  const rows = await measureAll([measurement], sizes[values.quick ? 'quick' : 'full']);
  console.log(`${machine()}\n\n${markdown(rows)}`);
}
