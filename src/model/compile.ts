/**
 * From a backbone to the bytes that ONNX Runtime loads: the verified file of an ONNX network, or what a network as data was
 * compiled to, which is kept in a folder.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { type Backbone, type KerasBackbone, readVerifiedModel } from './backbone.ts';
import { canonicalJson, canonicalNetwork } from './canonical.ts';
import { keepCompiled, readCompiled } from './compiled-files.ts';
import { type Outputs, outputsOf } from './embedding.ts';
import type { InputSpec } from './manifest.ts';
import { normalisationOf } from './normalisation.ts';
import { openNetwork } from './open-network.ts';
import { COMPILER_VERSION, toOnnx } from './to-onnx/index.ts';

/** A network that ONNX Runtime can load, and what is to be known of it. */
export interface CompiledNetwork {
  /** An ONNX file. */
  readonly bytes: Uint8Array;
  /** What it takes. */
  readonly input: InputSpec;
  /** The output with the embedding, and how many numbers it has. */
  readonly output: { readonly name: string; readonly dim: number };
  /** The output with a score for each class: probabilities, or what a softmax makes probabilities of. */
  readonly classes?: { readonly output: string; readonly activation: 'softmax' | 'logits' };
  /** How errors call it: folder and file, with a `/` between them. */
  readonly label: string;
}

export interface CompileBackboneOptions {
  /** A folder for compiled files, which is made when there is something to keep; without it nothing is kept. */
  readonly cache?: string | undefined;
  /** With scores for classes, where the backbone has some. */
  readonly classes: boolean;
}

/**
 * @throws PixkinError `backbone_invalid`: a hash is not the manifest's, or the weights are not those of the topology
 */
export async function compileBackbone(backbone: Backbone, o: CompileBackboneOptions): Promise<CompiledNetwork> {
  const label = `${basename(backbone.folder)}/${backbone.manifest.file}`;
  if ('config' in backbone) return compileKeras(backbone, o, label);
  const { input, output, classes } = backbone.manifest;
  return {
    bytes: await readVerifiedModel(backbone),
    input,
    output: { name: output.name, dim: output.dim },
    ...(o.classes && classes && { classes: { output: classes.output, activation: classes.activation ?? 'logits' } }),
    label,
  };
}

async function compileKeras(
  backbone: KerasBackbone,
  o: CompileBackboneOptions,
  label: string,
): Promise<CompiledNetwork> {
  const { width, height } = backbone.manifest.input;
  const outputs = outputsOf(backbone, o);
  const { activation } = backbone.manifest.classes ?? {};
  return {
    bytes: await keptOrCompiled(backbone, outputs, o),
    input: { name: 'pixels', width, height, layout: 'nhwc', type: 'uint8', colour: 'rgb' },
    output: { name: 'embedding', dim: backbone.manifest.output.dim },
    ...(outputs.classes !== undefined && activation && { classes: { output: 'classes', activation } }),
    label,
  };
}

async function keptOrCompiled(
  backbone: KerasBackbone,
  outputs: Outputs,
  o: CompileBackboneOptions,
): Promise<Uint8Array> {
  const key = keyOf(backbone, outputs);
  const kept = o.cache === undefined ? undefined : await readCompiled(o.cache, key);
  if (kept) return kept;
  const opened = await openNetwork(backbone, o);
  try {
    const { input, name } = backbone.manifest;
    const { width, height, colour } = input;
    const bytes = toOnnx(opened.network, {
      input: { width, height, colour, ...normalisationOf(input) },
      weights: 'f32',
      outputs: [
        { name: 'embedding', layer: outputs.embedding },
        ...(outputs.classes === undefined ? [] : [{ name: 'classes' as const, layer: outputs.classes }]),
      ],
      name,
    });
    // A disk that is full or cannot be written costs the time to compile again, and no more.
    if (o.cache !== undefined) await keepCompiled(o.cache, key, bytes).catch(() => undefined);
    return bytes;
  } finally {
    opened.close();
  }
}

/** Of all that decides the file. */
function keyOf({ manifest }: KerasBackbone, { config, embedding, classes }: Outputs): string {
  const { sha256, input } = manifest;
  const { width, height, colour } = input;
  const decisive = {
    compiler: COMPILER_VERSION,
    sha256,
    input: { width, height, colour, ...normalisationOf(input) },
    network: canonicalNetwork(config),
    outputs: { embedding, classes },
  };
  return createHash('sha256').update(canonicalJson(decisive)).digest('hex').slice(0, 32);
}
