/**
 * Flags of the command line that are query parameters.
 */
import type { Parameters } from './ask.ts';

type Flags = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));

/** A flag that can be given again. */
export const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Query parameters of GET /classify. */
export const classifyOf = ({ top, head, backbone, root, crop }: Flags): Parameters => {
  return { top: text(top), head: text(head), backbone: text(backbone), root: text(root), crop: text(crop) };
};

/** Query parameters of GET /similar; the server checks them, as it checks everybody's. */
export function searchOf(flags: Flags): Parameters {
  return {
    class: flags.class as string[] | undefined,
    class_min_p: text(flags.classMinP),
    label: flags.label as string[] | undefined,
    not_label: flags.notLabel as string[] | undefined,
    label_source: text(flags.labelSource),
    min_p: text(flags.minP),
    k: text(flags.k),
    offset: text(flags.offset),
    min_score: text(flags.minScore),
    root: text(flags.root),
    space: text(flags.space),
    crop: text(flags.crop),
    include_self: text(flags.includeSelf),
    exact: text(flags.exact),
  };
}
