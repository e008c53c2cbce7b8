/**
 * Anybody's network as one of a collection's own: a topology and weights in one form, whatever form they came in, and a
 * manifest that says what neither says.
 */
import { stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PixkinError } from '../errors.ts';
import type { ResizeKernel, ResizePolicy } from '../types.ts';
import type { Architecture } from './architectures/index.ts';
import { assignWeights } from './assign.ts';
import { type Backbone, loadBackbone } from './backbone.ts';
import { requireRoom } from './disk.ts';
import { dimOf } from './embedding.ts';
import { chooseClasses } from './import/classes.ts';
import { copyNetwork } from './import/copy.ts';
import { chooseNormalisation, type GivenNormalisation, type InputNormalisation } from './import/normalisation.ts';
import { openSource } from './import/source.ts';
import { chooseTopology, type Topology, type TopologyOptions } from './import/topology.ts';
import { inspectNetwork } from './inspect.ts';
import { shapesOf } from './layers/index.ts';
import type { NetworkConfig, Weights } from './network.ts';
import { requireFreeName, type Store } from './store.ts';
import { cutLayer, type Pooling, resizeInput, truncate } from './truncate.ts';
import { writeSafetensors } from './weights/index.ts';

export interface ImportOptions extends TopologyOptions, GivenNormalisation {
  /** A file or folder, absolute. */
  readonly path: string;
  /** Absent: the architecture's, else made of the file's. */
  readonly name?: string | undefined;
  /** In place of a network of the same name. */
  readonly replace?: boolean | undefined;
  /** What `model.to_json()` wrote: a file, absolute. */
  readonly topology?: string | undefined;
  /** Absent: squash. */
  readonly policy?: ResizePolicy | undefined;
  /** Absent: nearest for an architecture, as Keras' `load_img` does it, else bilinear. */
  readonly kernel?: ResizeKernel | undefined;
  /** With the policy crop. */
  readonly fraction?: number | undefined;
  /** A line for each class: a file, absolute. */
  readonly labels?: string | undefined;
  /** The layer whose output is pooled; absent: where `include_top=False` cuts. */
  readonly cut?: string | undefined;
  /** Absent: avg, or none where the cut gives a vector. */
  readonly pooling?: Pooling | undefined;
  /** Kernels in half precision: half the room. */
  readonly half?: boolean | undefined;
  readonly licence?: string | undefined;
  readonly source?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Free bytes in a folder. Tests say another number. */
  readonly free?: ((folder: string) => Promise<number>) | undefined;
}

export interface Imported {
  readonly backbone: Backbone;
  /** Of the weights. */
  readonly bytes: number;
  /** What was found out and not said, for people. */
  readonly notes: readonly string[];
}

/**
 * @throws PixkinError `usage` (something must be said, or was said wrongly), `backbone_invalid`, `backbone_not_found`,
 *   `backbone_exists`, `data_unwritable`, `cancelled`; then nothing has changed
 */
export async function importNetwork(data: string, store: Store, o: ImportOptions): Promise<Imported> {
  const replace = o.replace === true;
  const source = await openSource(o.path, o.topology);
  if (source.kind === 'network') {
    const name = o.name ?? source.backbone.manifest.name;
    const folder = await store.put(name, { replace }, (draft) => copyNetwork(source.backbone, draft, name));
    return imported(folder, ['it brought its own model.json: other flags than --name are not looked at']);
  }
  try {
    const topology = chooseTopology(source, o);
    const name = o.name ?? nameFor(topology, o);
    requireFreeName(data, name, { replace });
    const { manifest, labels, notes } = await describe(topology, o);
    const weights = stoppable(assignWeights(topology.config, source.file, source.label), o.signal);
    await requireRoom(store.downloads, roomFor(topology.config, o.half === true), o.free);
    const folder = await store.put(name, { replace }, async (draft) => {
      const file = 'weights.safetensors';
      const dtype = o.half === true ? 'F16' : 'F32';
      const { sha256 } = await writeSafetensors(weights, join(draft, file), { dtype }).catch((error) => {
        if (!(error instanceof RangeError)) throw error;
        throw new PixkinError('usage', `--half cannot be: ${error.message}`, { cause: error });
      });
      await writeFile(join(draft, 'config.json'), `${JSON.stringify(topology.config)}\n`);
      if (labels !== undefined) await writeFile(join(draft, 'labels.tsv'), labels);
      const whole = { name, config: 'config.json', file, sha256, ...manifest };
      await writeFile(join(draft, 'model.json'), `${JSON.stringify(whole, null, 2)}\n`);
      // What cannot be read back must not get its name.
      await loadBackbone(draft);
    });
    return imported(folder, notes);
  } finally {
    source.file.close();
  }
}

/** All that `model.json` says but the names of its files. */
async function describe(topology: Topology, o: ImportOptions) {
  const { config, architecture, size } = topology;
  const known = architecture && normalisationOf(architecture);
  const { normalisation, note } = chooseNormalisation(o, config, known);
  const layer = o.cut ?? cutLayer(config);
  const isVector = shapesOf(config).get(layer)?.length === 1;
  const pooling = o.pooling ?? (isVector ? 'none' : 'avg');
  const embedding = resizeInput(truncate(config, { layer, pooling }), size.width, size.height);
  const named = await chooseClasses(topology, o.labels);
  const { classes } = named;
  const kernel = o.kernel ?? (architecture ? 'nearest' : 'bilinear');
  return {
    labels: classes?.labels,
    notes: [note, named.note].filter((one) => one !== undefined),
    manifest: {
      licence: o.licence ?? 'not stated',
      source: o.source ?? basename(o.path),
      input: { ...size, ...normalisation },
      resize: { policy: o.policy ?? 'squash', kernel, ...(o.fraction !== undefined && { fraction: o.fraction }) },
      output: { layer, pooling, dim: dimOf(embedding) },
      ...(classes && { classes: { layer: classes.layer, labels: 'labels.tsv', activation: classes.activation } }),
    },
  };
}

async function imported(folder: string, notes: readonly string[]): Promise<Imported> {
  const backbone = await loadBackbone(folder);
  const { size } = await stat(join(folder, backbone.manifest.file));
  return { backbone, bytes: size, notes };
}

/** `vgg16`, `mobilenetv2-0.35`; else the file's name, as far as a name may look like it. */
function nameFor({ architecture, alpha }: Topology, { path }: ImportOptions): string {
  if (architecture) return alpha === 1 ? architecture.name : `${architecture.name}-${alpha}`;
  const base = basename(/^model\.json$/.test(basename(path)) ? dirname(path) : path).replace(/(\.weights)?\.\w+$/, '');
  return base
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64);
}

function normalisationOf({ mode, colour }: Architecture): InputNormalisation {
  return typeof mode === 'string' ? { colour, mode } : { colour, ...mode };
}

/** What the weights take on the disk, and a little for what lies beside them. */
function roomFor(config: NetworkConfig, half: boolean): number {
  const { parameters } = inspectNetwork(config);
  return parameters * (half ? 2 : 4) + 2 ** 20;
}

/** Hundreds of megabytes take seconds: between two tensors somebody may have had enough. */
function stoppable(weights: Weights, signal: AbortSignal | undefined): Weights {
  return new Map(
    [...weights].map(([layer, variables]) => [
      layer,
      variables.map((variable) => ({
        name: variable.name,
        shape: variable.shape,
        get data(): Float32Array {
          if (signal?.aborted) throw new PixkinError('cancelled', 'cancelled; nothing was imported');
          return variable.data;
        },
      })),
    ]),
  );
}
