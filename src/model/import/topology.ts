/**
 * Which network a file of weights is for: as its own topology says, as an architecture has it, or as its tensors show.
 */
import { PixkinError } from '../../errors.ts';
import { type Architecture, architectures, type ConfigOptions } from '../architectures/index.ts';
import { assignWeights } from '../assign.ts';
import { normaliseConfig } from '../keras-config.ts';
import { inputShape, networkVariables } from '../layers/index.ts';
import type { NetworkConfig, WeightsFile } from '../network.ts';
import { resizeInput } from '../truncate.ts';
import type { Source } from './source.ts';

export interface TopologyOptions {
  /** The architecture that was named. */
  readonly architecture?: Architecture | undefined;
  /** Where the architecture comes in several widths; absent: what fits the weights. */
  readonly alpha?: number | undefined;
  /** Pixels; absent: as the topology or the architecture has them. */
  readonly size?: Size | undefined;
}

export interface Topology {
  readonly config: NetworkConfig;
  /** Named, or recognised by its tensors; where a file has its own topology only if it was named. */
  readonly architecture: Architecture | undefined;
  /** Of the architecture; 1 where there is no choice. */
  readonly alpha: number;
  /** Of the pictures that it is to take. The topology itself may be for others, where its top is. */
  readonly size: Size;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * @throws PixkinError `usage`: it must be said what it is; `backbone_invalid`: the topology cannot be understood, or the weights
 *   are not those of the architecture (the error that `assignWeights` has for it)
 */
export function chooseTopology(source: Source & { kind: 'weights' }, o: TopologyOptions): Topology {
  const { label, topology } = source;
  const { architecture } = o;
  if (topology) {
    const config = normaliseConfig(topology.json, topology.label);
    return { ...sized(config, o), architecture, alpha: o.alpha ?? 1 };
  }
  if (architecture) return thatFits(architecture, source, o) ?? nearest(architecture, source, o);
  for (const known of architectures.values()) {
    const found = thatFits(known, source, o);
    if (found) return found;
  }
  throw new PixkinError('usage', `${label} has weights without a topology, of no network that is known`, {
    hint: `--as says whose they are (${[...architectures.keys()].join(', ')}), --topology names what model.to_json() wrote`,
  });
}

function sized(config: NetworkConfig, { size }: TopologyOptions): { config: NetworkConfig; size: Size } {
  const [height, width] = inputShape(config);
  if (typeof height === 'number' && typeof width === 'number') return { config, size: size ?? { width, height } };
  if (size) return { config: resizeInput(config, size.width, size.height), size };
  throw new PixkinError(
    'usage',
    `--size must say what pictures ${config.config.name} takes: it does not say it itself`,
  );
}

/** The members of an architecture that the weights could be for, the usual width first. */
function members(architecture: Architecture, file: WeightsFile, o: TopologyOptions): ConfigOptions[] {
  const alphas = o.alpha === undefined ? [1, ...(architecture.variants ?? []).map(({ alpha }) => alpha)] : [o.alpha];
  const classes = file.layers.at(-1)?.tensors.at(-1)?.shape.at(-1);
  return [...new Set(alphas)].flatMap((alpha) => {
    const top = { top: true, alpha, ...(classes !== undefined && { classes }) };
    // The last one: where a top is for one size only, the weights have it for the usual one.
    return [{ top: false, alpha, ...o.size }, { ...top, ...o.size }, ...(o.size ? [top] : [])];
  });
}

function thatFits(
  architecture: Architecture,
  { file, label }: Source & { kind: 'weights' },
  o: TopologyOptions,
): Topology | undefined {
  for (const member of members(architecture, file, o)) {
    try {
      const config = configOf(architecture, member);
      assignWeights(config, file, label);
      return { config, architecture, alpha: member.alpha ?? 1, size: o.size ?? squareOf(architecture) };
    } catch (error) {
      if (!(error instanceof PixkinError)) throw error;
    }
  }
  return undefined;
}

/** The member with as many layers as the file, or nearly: what does not fit is said of that one. */
function nearest(architecture: Architecture, { file }: Source & { kind: 'weights' }, o: TopologyOptions): Topology {
  const all = members(architecture, file, o).map((member) => {
    const config = configOf(architecture, member);
    const lack = Math.abs(networkVariables(config).size - file.layers.length);
    const size = o.size ?? squareOf(architecture);
    return { lack, topology: { config, architecture, alpha: member.alpha ?? 1, size } };
  });
  return all.sort((a, b) => a.lack - b.lack)[0]!.topology;
}

const squareOf = ({ size }: Architecture): Size => ({ width: size, height: size });

/** As it is kept: without layers that only training needs. */
const configOf = (architecture: Architecture, member: ConfigOptions): NetworkConfig =>
  normaliseConfig(architecture.config(member), architecture.name);
