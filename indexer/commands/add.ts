import type { Command } from 'commander';
import type { Context } from '../context.ts';

/** As they come from the command line. */
export type Flags = Readonly<Record<string, unknown>>;

/** Adds a command with the flags that all have, and those settings. */
export type AddCommand = (
  on: Command,
  usage: string,
  about: string,
  settings: ('runtime' | 'device' | 'workers' | 'time_limit')[],
  action: (context: Context, args: string[], flags: Flags) => Promise<number>,
) => Command;
