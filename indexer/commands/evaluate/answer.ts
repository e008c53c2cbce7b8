import type { ShownReport } from '../../../src/index.ts';

/** What GET /heads/{id}/report answers: a HeadReport in the names and forms of JSON. */
export interface ReportAnswer {
  readonly head: { readonly id: number; readonly at: string };
}

/** It as the engine has it. */
export function reportOf(answer: ReportAnswer): ShownReport {
  const { head, ...lists } = camel(answer) as ReportAnswer & Omit<ShownReport, 'head'>;
  return { ...lists, head: { ...(head as unknown as ShownReport['head']), at: Date.parse(head.at) } };
}

/** `val_loss` → `valLoss`, in all fields at any depth: only texts that people wrote are values, never names. */
function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, field]) => [
    name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    camel(field),
  ]);
  return Object.fromEntries(entries);
}
