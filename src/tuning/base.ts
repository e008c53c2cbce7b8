/**
 * The network that a run begins with: its layers up to the embedding, for pictures of the wanted size, and a number for every variable.
 */
import { PixkinError } from '../errors.ts';
import { type Architecture, trainableArchitectures } from '../model/architectures/index.ts';
import { type Backbone, findBackbone, type KerasBackbone } from '../model/backbone.ts';
import { type Described, dimOf, embeddingNetwork } from '../model/embedding.ts';
import { normaliseConfig } from '../model/keras-config.ts';
import { networkVariables } from '../model/layers/index.ts';
import type { KerasManifest } from '../model/manifest.ts';
import type { NetworkConfig } from '../model/network.ts';
import { openNetwork } from '../model/open-network.ts';
import { chooseNetwork } from '../networks.ts';
import { initialWeights, type Variables } from './initial-weights.ts';
import type { InputSize, ResolvedTuneOptions } from './options.ts';
import type { TuneTask } from './task.ts';

/** A network without numbers. */
export interface Base extends Described {
  /** The layers up to the embedding; its output is the embedding's. */
  readonly embedding: NetworkConfig;
  /** Null: an architecture of which there are no weights. */
  readonly backbone: KerasBackbone | null;
  /** Whose weights are taken where they fit. */
  readonly other: KerasBackbone | null;
}

export interface BaseWeights {
  /** Of every layer of the embedding that has variables. */
  readonly weights: ReadonlyMap<string, Variables>;
  /** Layers that began with random numbers. */
  readonly fresh: ReadonlySet<string>;
  readonly notes: readonly string[];
}

type BaseOptions = Pick<ResolvedTuneOptions, 'size' | 'fromScratch' | 'weightsFrom' | 'seed'>;

/**
 * @param folders where networks are looked for by name
 * @throws PixkinError `backbone_not_found`, `backbone_invalid` (also: an ONNX file, and a size that does not fit), `invalid_request`
 */
export async function findBase(
  network: TuneTask['network'],
  folders: readonly string[],
  o: BaseOptions,
): Promise<Base> {
  const architecture =
    o.fromScratch || o.weightsFrom !== null ? trainableArchitectures.get(network.backbone) : undefined;
  const backbone = await chooseNetwork(network, folders).then(
    (chosen) => requireTopology(chosen.backbone),
    (error) => {
      if (architecture && error instanceof PixkinError && error.code === 'backbone_not_found') return null;
      throw error;
    },
  );
  const described = backbone ? resized(backbone, o.size) : describe(architecture!, o.size);
  const embedding = embeddingNetwork(described);
  const { manifest } = described;
  const output = { ...manifest.output, dim: dimOf(embedding) };
  const other = o.weightsFrom === null ? null : requireTopology(await findBackbone(o.weightsFrom, folders));
  return { ...described, manifest: { ...manifest, output }, embedding, backbone, other };
}

/** Reads the weights, takes those of another network, or makes some up. @throws PixkinError as `findBase` */
export async function openBase(base: Base, o: BaseOptions): Promise<BaseWeights> {
  const { embedding, backbone, other, manifest } = base;
  const names = new Set(networkVariables(embedding).keys());
  if (o.fromScratch) return { weights: initialWeights(embedding, o.seed), fresh: names, notes: [] };
  const taken = other ? fitting(embedding, await readWeights(other)) : new Map<string, Variables>();
  if (other && taken.size === 0) {
    const message = `weightsFrom must be a network with layers of the names and shapes that ${manifest.name} has; ${other.manifest.name} has none`;
    throw new PixkinError('invalid_request', message);
  }
  const own = backbone ? await readWeights({ ...backbone, manifest: base.manifest }) : new Map<string, Variables>();
  const fresh = new Set([...names].filter((name) => !taken.has(name) && !own.has(name)));
  const weights = new Map([...own, ...taken, ...initialWeights(embedding, o.seed, fresh)]);
  return { weights, fresh, notes: other ? notesOf(base, other, { names, taken, fresh }) : [] };
}

async function readWeights(backbone: KerasBackbone): Promise<Map<string, Variables>> {
  const { network, close } = await openNetwork(backbone, { classes: false });
  try {
    const read = [...network.weights].map(([layer, variables]) => {
      // Copies: what a file gives may be a view of it.
      return [layer, variables.map(({ name, shape, data }) => ({ name, shape, data: data.slice() }))] as const;
    });
    return new Map(read);
  } finally {
    close();
  }
}

/** Layers of `from` all of whose variables are those of the network's layer of that name. */
function fitting(config: NetworkConfig, from: ReadonlyMap<string, Variables>): Map<string, Variables> {
  const shapes = (specs: readonly { name: string; shape: readonly number[] }[] | undefined): string =>
    JSON.stringify(specs?.map(({ name, shape }) => [name, shape]));
  const fits = [...networkVariables(config)].filter(([layer, specs]) => shapes(from.get(layer)) === shapes(specs));
  return new Map(fits.map(([layer]) => [layer, from.get(layer)!]));
}

/** Names that a note lists before it says how many more there are. */
const listed = 8;

function notesOf(
  { manifest }: Base,
  other: KerasBackbone,
  o: { names: ReadonlySet<string>; taken: ReadonlyMap<string, Variables>; fresh: ReadonlySet<string> },
): string[] {
  const list = (some: readonly string[]): string =>
    some.length > listed ? `${some.slice(0, listed).join(', ')}, … (${some.length} in all)` : some.join(', ');
  const { name } = other.manifest;
  const kept = [...o.names].filter((layer) => !o.taken.has(layer) && !o.fresh.has(layer));
  return [
    `weights of ${o.taken.size} of ${o.names.size} layers are those of ${name}`,
    ...(kept.length > 0
      ? [`no weights for them in ${name}, so they keep those of ${manifest.name}: ${list(kept)}`]
      : []),
    ...(o.fresh.size > 0
      ? [`no weights for them in ${name}, so they begin at random and are trained: ${list([...o.fresh])}`]
      : []),
  ];
}

function requireTopology(backbone: Backbone): KerasBackbone {
  if ('config' in backbone) return backbone;
  const { name, file } = backbone.manifest;
  const message = `only networks that are kept as topology and weights can be trained; ${name} is the ONNX file ${file}`;
  throw new PixkinError('backbone_invalid', message);
}

function resized(backbone: KerasBackbone, size: InputSize | null): Described {
  const { manifest, config } = backbone;
  return { config, manifest: size ? { ...manifest, input: { ...manifest.input, ...size } } : manifest };
}

/** An architecture as if it were there. */
function describe(architecture: Architecture, size: InputSize | null): Described {
  const { name, title, licence, mode, colour } = architecture;
  const { width, height } = size ?? { width: architecture.size, height: architecture.size };
  const config = normaliseConfig(architecture.config({ top: false, width, height }), name);
  const [[layer]] = config.config.output_layers;
  const numbers = typeof mode === 'string' ? { mode } : { scale: mode.scale, mean: [...mode.mean], std: [...mode.std] };
  const manifest: KerasManifest = {
    ...{ name, config: 'config.json', file: 'weights.safetensors', sha256: '', licence, source: title },
    input: { width, height, colour, ...(numbers as object) },
    resize: { policy: 'squash', kernel: 'bilinear' },
    output: { layer, pooling: 'avg', dim: 1 },
  };
  return { config, manifest };
}
