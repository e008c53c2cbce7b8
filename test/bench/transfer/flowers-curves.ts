/** A frozen base, pooling and a dense layer: five epochs, and their curves. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flowersMissing } from '../pictures.ts';
import { part, type Recipe } from './recipe.ts';

export interface FlowersCurves {
  readonly accuracy: number;
  readonly epochs: number;
  readonly firstLoss: number;
  readonly lastLoss: number;
  /** What the report draws: title of a chart, name of a line, points. */
  readonly curves: readonly Curve[];
}

export interface Curve {
  readonly chart: string;
  readonly line: string;
  readonly points: number;
}

const wanted = ['Loss over epochs', 'Accuracy over epochs'];

export const flowersCurves: Recipe<FlowersCurves> = {
  name: 'flowers-curves',
  missing: flowersMissing,
  async follow(place) {
    const flowers = await place.flowers();
    const { head, looks, seconds } = await flowers.train('--epochs', '5', '--patience', '0', '--folds', '0');
    const folder = place.fresh('report');
    mkdirSync(folder);
    const file = join(folder, 'report.html');
    const report = await flowers.ask('evaluate', '--head', String(head.id), '--report', file);
    const page = readFileSync(file, 'utf8');
    const curves = curvesOf(page).filter(({ chart }) => wanted.includes(chart));
    const { history, runtime } = head.evaluation;
    const { epoch: epochs, loss: lastLoss } = history.at(-1)!;
    const facts = { accuracy: head.accuracy!, epochs, firstLoss: history[0]!.loss, lastLoss, curves };
    const drawn = wanted.map((chart) => {
      const lines = curves
        .filter((curve) => curve.chart === chart)
        .map(({ line, points }) => `${line} (${points} points)`);
      return `${chart.split(' ')[0]!.toLowerCase()}: ${lines.join(', ')}`;
    });
    const kB = Math.round(page.length / 1000);
    const row = {
      recipe: 'flowers: frozen base, pooling and a dense layer, curves',
      tutorial: '5 epochs',
      here: `accuracy ${part(facts.accuracy)} after ${epochs} epochs, loss from ${part(facts.firstLoss)} to ${part(lastLoss)}; ${looks.length} looks`,
      how: `\`indexer train --epochs 5 --patience 0 --folds 0\`, then \`indexer evaluate --report\`: one HTML file of ${kB} kB with ${drawn.join('; ')}; ${runtime}`,
      seconds: seconds + report.seconds,
    };
    return { rows: [row], facts };
  },
};

function curvesOf(page: string): Curve[] {
  return [...page.matchAll(/<svg class="chart"[^>]*aria-label="([^"]*)"[\s\S]*?<\/svg>/g)].flatMap(([svg, chart]) =>
    [...svg.matchAll(/<polyline class="(\w+) line" points="([^"]*)"/g)].map(([, line, points]) => ({
      chart: chart!,
      line: line!,
      points: points!.split(' ').length,
    })),
  );
}
