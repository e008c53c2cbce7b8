import { examine } from '../../src/index.ts';
import type { Context } from '../context.ts';

/** The exit code is 1 when something is missing without which the main job fails. */
export async function doctor({ io, config }: Context): Promise<number> {
  const marks = { ok: 'ok     ', warning: 'warning', error: 'ERROR  ' };
  let code = 0;
  for await (const check of examine(config)) {
    io.json(check);
    io.text(`${marks[check.state]}  ${check.name}: ${check.message}`);
    if (check.hint !== undefined) io.text(`         ${check.hint}`);
    if (check.state === 'error') code = 1;
  }
  return code;
}
