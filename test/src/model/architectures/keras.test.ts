/** Our configs against what Keras itself built: test/fixtures/keras/architectures.py wrote it down. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../../../src/files.ts';
import { architectures } from '../../../../src/model/architectures/index.ts';
import { digest, linesOf } from './lines.ts';

interface Case {
  readonly top: boolean;
  readonly height: number;
  readonly width: number;
  readonly alpha?: number;
  readonly classes?: number;
  readonly name: string;
  readonly layers: number;
  readonly parameters: number;
  readonly output: readonly number[];
  readonly sha256: string;
  readonly url?: string;
  readonly md5?: string;
}

interface Recorded {
  readonly cases: readonly Case[];
  readonly layers?: readonly string[];
}

const inKeras = [...architectures.keys()].filter((name) => name !== 'efficientnet-lite0');

describe.each(inKeras)('%s', (name) => {
  const path = join(packageRoot, 'test/fixtures/keras/architectures', `${name}.json`);
  const recorded = JSON.parse(readFileSync(path, 'utf8')) as Recorded;
  const architecture = architectures.get(name)!;

  test.each(recorded.cases.map((made) => [title(made), made] as const))(
    'has the layers that Keras has, in the same order: %s',
    (_, made) => {
      const config = architecture.config(made);
      const lines = linesOf(config);
      const last = lines.at(-1)!;
      expect({
        name: config.config.name,
        layers: lines.length,
        parameters: lines.reduce((sum, line) => sum + line.parameters, 0),
        output: last.shape,
        sha256: digest(lines.map(({ full }) => full).join('\n')),
      }).toEqual({
        name: made.name,
        layers: made.layers,
        parameters: made.parameters,
        output: made.output,
        sha256: made.sha256,
      });
      expect(config.config.output_layers).toEqual([[config.config.layers.at(-1)!.name, 0, 0]]);
    },
  );

  const { layers } = recorded;
  if (layers !== undefined) {
    test('has these very layers', () => {
      const lines = linesOf(architecture.config(recorded.cases[0]!));
      expect(lines.map(({ short }) => short)).toEqual(layers);
    });
  }

  test('knows where Keras fetches weights from, and the hashes that Keras expects', () => {
    const published = recorded.cases.filter(({ url }) => url !== undefined);
    expect(published.length).toBeGreaterThanOrEqual(2);
    for (const { top, alpha = 1, height, url, md5 } of published) {
      const variant = architecture.variants?.find((each) => each.alpha === alpha && each.size === height);
      const weights = architecture.variants === undefined ? architecture.weights : variant?.weights;
      expect(weights?.[top ? 'top' : 'notop']).toEqual({ url, ...(md5 === undefined ? {} : { md5 }) });
      if (alpha === 1) expect(architecture.weights).toEqual(weights);
    }
  });
});

function title({ top, height, width, alpha, classes }: Case): string {
  const words = [top ? 'with the top' : 'without the top', `${height} x ${width}`];
  if (alpha !== undefined) words.push(`alpha ${alpha}`);
  if (classes !== undefined) words.push(`${classes} classes`);
  return words.join(', ');
}
