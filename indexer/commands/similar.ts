import type { LabelScore, Prediction } from '../../src/index.ts';
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
    readonly prediction: Prediction | null;
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
    for (const { score, root, image: name, label, prediction, classes, offline } of answer.results) {
      const [best] = classes ?? [];
      const shown = [labelled(label, prediction), best && percent(best), offline && '(offline)'];
      context.io.text([score.toFixed(4), root, name, ...shown.filter(Boolean)].join('  '));
    }
    context.io.note(`${answer.plan.mode} over ${answer.plan.candidates} contents, ${answer.took_ms.toFixed(1)} ms`);
    return 0;
  });
}

/** `[tiger]` was given, `[tiger 97 %]` is what the head in use says; where both are there and differ, both are shown. */
function labelled(label: string | null, prediction: Prediction | null): string | undefined {
  if (label === null) return prediction ? `[${percent(prediction)}]` : undefined;
  return `[${label}${prediction && prediction.label !== label ? `; predicted: ${percent(prediction)}` : ''}]`;
}

const percent = ({ label, p }: Prediction): string => `${label} ${Math.round(100 * p)} %`;

/** The parameters that are flags here. */
const flags = {
  ...{ k: '-k', offset: null, min_score: null, root: null, crop: null, space: null },
  ...{ class: null, class_min_p: null, label: null, not_label: null, label_source: null, min_p: null },
};
