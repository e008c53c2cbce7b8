import type { LabelScore } from '../../src/index.ts';
import { askAbout, asUsage, type Parameters } from '../ask.ts';
import { withClient } from '../client.ts';
import type { Context } from '../context.ts';

interface Answer {
  readonly plan: { readonly mode: string; readonly candidates: number };
  readonly took_ms: number;
  readonly results: readonly {
    readonly score: number;
    readonly root: string;
    readonly image: string;
    readonly label: string | null;
    readonly classes?: readonly LabelScore[];
    readonly offline?: true;
  }[];
}

/** The nearest neighbours of an indexed picture, or of any file. `search`: query parameters of GET /similar. */
export function similar(context: Context, image: string, search: Parameters): Promise<number> {
  return withClient(context, async (client) => {
    const answer = await askAbout<Answer>(client, '/similar', image, search).catch((error: unknown) => {
      throw asUsage(error, flags);
    });
    context.io.json(answer);
    for (const { score, root, image: name, label, classes, offline } of answer.results) {
      const [best] = classes ?? [];
      const sees = best ? `  ${best.label} ${Math.round(100 * best.p)} %` : '';
      const shown = `${label === null ? '' : `  [${label}]`}${sees}`;
      context.io.text(`${score.toFixed(4)}  ${root}  ${name}${shown}${offline ? '  (offline)' : ''}`);
    }
    context.io.note(`${answer.plan.mode} over ${answer.plan.candidates} contents, ${answer.took_ms.toFixed(1)} ms`);
    return 0;
  });
}

/** The parameters that are flags here. */
const flags = {
  ...{ k: '-k', offset: null, min_score: null, root: null, crop: null, space: null },
  ...{ class: null, class_min_p: null, label: null, not_label: null, label_source: null, min_p: null },
};
