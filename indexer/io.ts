/**
 * What a command says, and to whom: `--json` gives one JSON object a line on stdout; people's text goes to stdout without it, and to
 * stderr where it is not the answer.
 */
export interface Streams {
  readonly stdout: { write(text: string): unknown };
  /** `columns`: the width of a terminal. */
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
}

export interface Io {
  readonly isJson: boolean;
  /** Where progress may redraw its line; null where that is no terminal, or with `--quiet`. */
  readonly terminal: Streams['stderr'] | null;
  /** One JSON object on a line of stdout; nothing without `--json`. */
  json(value: object): void;
  /** The answer for people; nothing with `--json`. */
  text(line: string): void;
  /** What goes on meanwhile; nothing with `--quiet`. */
  note(line: string): void;
  /** An error: also with `--quiet`. */
  complain(line: string): void;
}

export function createIo(streams: Streams, o: { json: boolean; quiet: boolean }): Io {
  const line = (stream: { write(text: string): unknown }, text: string): void => void stream.write(`${text}\n`);
  return {
    isJson: o.json,
    terminal: streams.stderr.isTTY === true && !o.quiet ? streams.stderr : null,
    json: (value) => o.json && line(streams.stdout, JSON.stringify(value)),
    text: (text) => o.json || line(streams.stdout, text),
    note: (text) => o.quiet || line(streams.stderr, text),
    complain: (text) => line(streams.stderr, text),
  };
}
