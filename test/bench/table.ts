import { readFileSync, writeFileSync } from 'node:fs';

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly figure: string;
  /** How it was taken, or what it is compared with. */
  readonly how: string;
}

export function markdown(rows: readonly Row[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const lines = rows.map(({ what, figure, how }) => `| ${cell(what)} | ${cell(figure)} | ${cell(how)} |`);
  return ['| what | figure | how |', '|---|---|---|', ...lines].join('\n');
}

/** Replaces what stands between the markers `<!-- name -->` and `<!-- /name -->` of a file. */
export function writeBetweenMarkers(file: string, text: string, name: string): void {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const old = readFileSync(file, 'utf8');
  const from = old.indexOf(begin);
  const to = old.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file} must have the lines ${begin} and ${end}, in this order`);
  writeFileSync(file, `${old.slice(0, from + begin.length)}\n${text}\n${old.slice(to)}`);
}
