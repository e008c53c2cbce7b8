/** A feature vector and a linear layer: 100 steps of 10 pictures, and as many as it takes. */
import { availableParallelism } from 'node:os';
import { flowersMissing } from '../pictures.ts';
import { part, type Recipe } from './recipe.ts';
import { logisticRegression } from './sklearn.ts';

export interface FlowersLinear {
  /** On the pictures that are held out, 0 to 1. */
  readonly afterSteps: number;
  readonly converged: number;
  /** Of scikit-learn on the same embeddings; null where it was not asked. */
  readonly sklearn: number | null;
}

export const flowersLinear: Recipe<FlowersLinear> = {
  name: 'flowers-linear',
  missing: flowersMissing,
  async follow(place) {
    const flowers = await place.flowers();
    const steps = await flowers.train('--steps', '100', '--batch', '10', '--folds', '0');
    const whole = await flowers.train();
    const sklearn = await logisticRegression(place.fresh('sklearn'));
    const facts = { afterSteps: steps.head.accuracy!, converged: whole.head.accuracy!, sklearn };
    const { pictures, evaluation } = whole.head;
    const { runtime, baseline, best, history } = evaluation;
    const of = `${pictures.train} flowers of 5 kinds, asked about ${pictures.validation}; EfficientNet-Lite0, indexed before; ${runtime}`;
    const compared =
      sklearn === null ? '' : `; scikit-learn's logistic regression on the same embeddings: ${part(sklearn)}`;
    const rows = [
      {
        recipe: 'flowers: feature vector and a linear layer',
        tutorial: '79–81 % after 100 steps of 10',
        here: `accuracy ${part(facts.afterSteps)} after 100 steps of 10`,
        how: `\`indexer train --steps 100 --batch 10 --folds 0\`; ${of}`,
        seconds: steps.seconds,
      },
      {
        recipe: 'the same to its end',
        tutorial: null,
        here: `accuracy ${part(facts.converged)}, Recall_5 ${part(evaluation.validation?.top5)}; the vote of ${baseline?.k} neighbours: ${part(baseline?.accuracy)}${compared}`,
        how: `\`indexer train\`, the whole command on ${availableParallelism()} cores, cross-validation included; of ${history.length} epochs the pictures that are asked about chose number ${best + 1}; ${runtime}`,
        seconds: whole.seconds,
      },
    ];
    return { rows, facts };
  },
};
