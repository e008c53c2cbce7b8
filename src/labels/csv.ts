/**
 * Labels as CSV, `path,label[,split]`: as spreadsheets and data sets write it, and as it is written here.
 */
import { parse } from 'csv-parse/sync';
import { PixkinError } from '../errors.ts';
import type { Split } from '../types.ts';
import { requireLabel } from './name.ts';

export interface CsvLine {
  /** From 1 on. */
  readonly line: number;
  readonly path: string;
  readonly label: string;
  /** Absent: nothing is said of it. */
  readonly split?: Split;
}

/** A record as it is written. */
interface Cells {
  readonly line: number;
  readonly cells: readonly string[];
}

/** How a header calls its columns. */
const columns = {
  path: ['path', 'file', 'image', 'filename', 'file_name', 'filepath', 'file_path', 'image_path'],
  label: ['label', 'class', 'category'],
  split: ['split', 'subset', 'set'],
};

const splits: Readonly<Record<string, Split>> = {
  ...{ train: 'train', training: 'train', test: 'test', testing: 'test' },
  ...{ validation: 'validation', valid: 'validation', val: 'validation' },
};

/**
 * The lines of a CSV in UTF-8, UTF-16 with its mark, or else Latin-1 (as Windows has it); with or without a header that names its columns,
 * separated by commas, or by semicolons or tabs where the first line has no comma.
 * @throws PixkinError `invalid_request`, which names the first line that is wrong
 */
export function readLabelCsv(bytes: Uint8Array): CsvLine[] {
  const records = readRecords(decoded(bytes));
  const [first] = records;
  if (!first) throw new PixkinError('invalid_request', 'the CSV must have lines "path,label"; it is empty');
  const header = headerOf(first.cells);
  const lines: CsvLine[] = [];
  const wrong: string[] = [];
  for (const record of header ? records.slice(1) : records) {
    try {
      lines.push(header ? named(record, header) : placed(record));
    } catch (error) {
      wrong.push(`line ${record.line}: ${(error as Error).message}`);
    }
  }
  if (wrong.length === 0) return lines;
  const others = wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : '';
  throw new PixkinError('invalid_request', `${wrong[0]}${others}`, { hint: 'no line was applied' });
}

/** The first line of what is written here. */
export const csvHeader = 'path,label,split\n';

export function csvLine(path: string, label: string, split: Split | null): string {
  return `${[path, label, split ?? ''].map(quoted).join(',')}\n`;
}

const quoted = (text: string): string => (/[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function decoded(bytes: Uint8Array): string {
  const [a, b] = bytes;
  let encoding = 'utf-8';
  if (a === 0xff && b === 0xfe) encoding = 'utf-16le';
  if (a === 0xfe && b === 0xff) encoding = 'utf-16be';
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    // Node 20's short cut for whole texts takes Windows-1252 for ISO 8859-1, which has control characters for quotes, dashes and the euro.
    text = new TextDecoder('windows-1252').decode(bytes, { stream: true });
  }
  if (!text.includes('\0')) return text;
  throw new PixkinError('invalid_request', 'the CSV must be text; it has bytes that are zero', {
    hint: 'save a spreadsheet as CSV',
  });
}

function readRecords(text: string): Cells[] {
  const [first = ''] = text.split('\n', 1);
  const delimiter = [',', ';', '\t'].find((one) => first.includes(one)) ?? ',';
  const lines: number[] = [];
  try {
    const records = parse(text, {
      delimiter,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      on_record: (cells: string[], context) => {
        lines.push(context.lines);
        return cells;
      },
    });
    return records.map((cells, i) => ({ line: lines[i]!, cells }));
  } catch (error) {
    throw new PixkinError('invalid_request', `the CSV cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

interface Header {
  readonly path: number;
  readonly label: number;
  readonly split: number;
}

function headerOf(cells: readonly string[]): Header | null {
  const names = cells.map((cell) => cell.toLowerCase());
  const place = (known: readonly string[]): number => names.findIndex((name) => known.includes(name));
  const [path, label] = [place(columns.path), place(columns.label)];
  return path >= 0 && label >= 0 ? { path, label, split: place(columns.split) } : null;
}

function named({ line, cells }: Cells, { path, label, split }: Header): CsvLine {
  return checked(line, cells[path] ?? '', cells[label] ?? '', cells[split] ?? '');
}

function placed({ line, cells }: Cells): CsvLine {
  const [path = '', label, split = ''] = cells;
  if (label !== undefined && cells.length <= 3) return checked(line, path, label, split);
  throw new Error(`must be path,label or path,label,split; got ${cells.length} fields`);
}

function checked(line: number, path: string, text: string, splitText: string): CsvLine {
  if (path === '') throw new Error('path must not be empty');
  const label = requireLabel('label', text);
  if (splitText === '') return { line, path, label };
  const split = splits[splitText.toLowerCase()];
  if (split) return { line, path, label, split };
  throw new Error(`split must be train, validation or test; got ${JSON.stringify(splitText.slice(0, 80))}`);
}
