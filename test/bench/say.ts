/** What goes on meanwhile. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
