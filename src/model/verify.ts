/**
 * Whether a network is what its manifest says, and does what networks do: one finding after the other.
 */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PixkinError, toPixkinError } from '../errors.ts';
import { type Backbone, type KerasBackbone, loadBackbone } from './backbone.ts';
import { digestOf } from './hash.ts';
import { inspectNetwork } from './inspect.ts';
import { shapesOf } from './layers/index.ts';
import type { Network } from './network.ts';
import { withNetwork } from './saved.ts';
import { type TrialOptions, withTrial } from './trial.ts';

export interface Finding {
  readonly check: 'manifest' | 'hash' | 'weights' | 'labels' | 'run';
  readonly ok: boolean;
  readonly message: string;
}

type Look = (backbone: Backbone, o: TrialOptions) => Promise<string | undefined>;

/** In turn; undefined where a network has nothing of that kind. */
const looks: readonly (readonly [Exclude<Finding['check'], 'manifest'>, Look])[] = [
  ['hash', hash],
  ['weights', weights],
  ['labels', labels],
  ['run', run],
];

/**
 * Stops at the first finding that is not ok, since the next ones rest on it. Never throws.
 * @param folder of the network
 */
export async function* verifyNetwork(folder: string, o: TrialOptions): AsyncGenerator<Finding> {
  let check: Finding['check'] = 'manifest';
  try {
    const backbone = await loadBackbone(folder);
    const { name, output } = backbone.manifest;
    yield { check, ok: true, message: `${name}, ${output.dim} numbers` };
    for (const [next, look] of looks) {
      check = next;
      const message = await look(backbone, o);
      if (message !== undefined) yield { check, ok: true, message };
    }
  } catch (error) {
    yield { check, ok: false, message: toPixkinError(error).message };
  }
}

async function hash({ folder, manifest: { file, sha256 } }: Backbone): Promise<string> {
  const found = await digestOf(join(folder, file), 'sha256').catch((cause: NodeJS.ErrnoException) => {
    throw invalid(`${basename(folder)}/${file}: expected the file of the network; got ${cause.code}`);
  });
  if (found === sha256) return `sha256 of ${file} is ${sha256}`;
  throw invalid(`${basename(folder)}/${file}: sha256 must be ${sha256}, as model.json says; got ${found}`);
}

async function weights(backbone: Backbone): Promise<string | undefined> {
  return 'config' in backbone ? withNetwork(backbone, requireFinite) : undefined;
}

/** The topology fits the weights, or they would not have been assigned. */
function requireFinite({ config, weights }: Network): string {
  for (const [layer, variables] of weights) {
    for (const { name, data } of variables) {
      if (!data.every(Number.isFinite)) throw invalid(`layer ${layer}: ${name} must be finite; it is not`);
    }
  }
  const { layers, parameters } = inspectNetwork(config);
  return `${parameters} numbers for ${layers.length} layers, all finite`;
}

async function labels(backbone: Backbone): Promise<string | undefined> {
  const { folder, manifest } = backbone;
  if (!manifest.classes) return undefined;
  const label = `${basename(folder)}/${manifest.classes.labels}`;
  const text = await readFile(join(folder, manifest.classes.labels), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw invalid(`${label}: expected the names of classes; got ${cause.code}`);
  });
  const names = text.trimEnd().split('\n').length;
  const classes = 'config' in backbone ? countOf(backbone) : names;
  if (names === classes) return `${names} classes have names`;
  throw invalid(`${label}: expected a line for each of ${classes} classes; got ${names}`);
}

function countOf({ manifest, config }: KerasBackbone): number | undefined {
  return shapesOf(config).get(manifest.classes?.layer ?? '')?.[0];
}

/** A network that gives the same for every picture, or no numbers, passes everything else. */
async function run(backbone: Backbone, o: TrialOptions): Promise<string> {
  return withTrial(backbone, { ...o, workers: 1 }, async ({ workers, pictures, device }) => {
    const [one, other] = await Promise.all(pictures.map(async (path) => (await workers.embed({ path })).vector));
    if (!one?.every(Number.isFinite) || !other?.every(Number.isFinite))
      throw invalid('a picture must give finite numbers');
    if (one.every((number) => number === one[0]))
      throw invalid(`the numbers of a picture must differ; all are ${one[0]}`);
    if (one.every((number, i) => number === other[i])) throw invalid('two pictures must give different numbers');
    return `two pictures give different, finite numbers (${device.device})`;
  });
}

const invalid = (message: string): PixkinError => new PixkinError('backbone_invalid', message);
