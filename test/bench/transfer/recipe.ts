/** What a recipe is, and what comes of it. */
import type { Look } from './collection.ts';
import type { Place } from './place.ts';

/** One line of the table. */
export interface Row {
  readonly recipe: string;
  /** What the tutorial got, on its own data; null where it names no figure that says something here. */
  readonly tutorial: string | null;
  readonly here: string;
  readonly how: string;
  /** Of what the line tells. */
  readonly seconds: number;
}

export interface Outcome<Facts> {
  readonly rows: readonly Row[];
  /** What must hold is asked of these. */
  readonly facts: Facts;
}

export interface Recipe<Facts> {
  readonly name: string;
  /** Why it cannot be followed here, or null. */
  missing(): string | null;
  follow(place: Place): Promise<Outcome<Facts>>;
}

export function markdown(rows: readonly Row[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const lines = rows.map(({ recipe, tutorial, here, how, seconds }) => {
    const cells = [recipe, tutorial ?? '–', here, how, seconds.toFixed(seconds < 10 ? 1 : 0)];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  return ['| recipe | its tutorial | here | how | seconds |', '|---|---|---|---|---|', ...lines].join('\n');
}

/** `.893` */
export const part = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(3).replace(/^0\./, '.');

/** A figure after the first phase, and in the end. */
export interface BeforeAfter {
  readonly before: number | null;
  readonly after: number | null;
}

/** On the held-out pictures, at the last look of each phase. */
export const lossesOf = (looks: readonly Look[]): BeforeAfter => ({
  before: looks.findLast(({ phase }) => phase === 'head')?.val_loss ?? null,
  after: looks.at(-1)?.val_loss ?? null,
});

/** `from .774 to .859` */
export const change = ({ before, after }: BeforeAfter): string => `from ${part(before)} to ${part(after)}`;

/** Seconds since then. */
export const since = (start: number): number => (performance.now() - start) / 1000;
