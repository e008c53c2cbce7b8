/**
 * A classifier as one ONNX file: the very graph that embeds, and the head behind it.
 */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PixkinError } from '../errors.ts';
import { compileBackbone } from '../model/compile.ts';
import { extendOnnx, fixedBatch } from '../model/to-onnx/extend.ts';
import { asMetadata, type ClassifierFacts } from './describe.ts';
import { labelsFile, writeManifest } from './manifest.ts';
import { headPart } from './onnx-head.ts';
import { inputPart } from './onnx-input.ts';
import type { ClassifierParts } from './parts.ts';

export const onnxFile = 'classifier.onnx';

/** What goes in and out, whatever the network's own names are. */
const names = ['pixels', 'embedding', 'probabilities'] as const;

/**
 * Pixels go in as `pixels`, uint8 [N, height, width, 3] in RGB; `probabilities` [N, classes] and `embedding` [N, dim] come out.
 * @throws PixkinError `backbone_invalid`
 */
export async function writeOnnxClassifier(
  parts: ClassifierParts,
  facts: ClassifierFacts,
  folder: string,
): Promise<void> {
  const { bytes, input, output, label } = await compileBackbone(parts.backbone, { classes: false });
  // No network's tensors have such names.
  const own = (name: string): string => `head ${parts.head.data.slice(0, 8)}: ${name}`;
  const renamed = new Map(names.map((name) => [name as string, own(`its ${name}`)]));
  const inside = (name: string): string => renamed.get(name) ?? name;
  const { width, height } = input;
  try {
    const batch = fixedBatch(bytes, input.name) ?? 'N';
    const head = headPart(inside(output.name), parts, own);
    const file = extendOnnx(bytes, {
      input: input.name,
      renamed,
      before: {
        ...inputPart(input, 'pixels', inside(input.name), own),
        inputs: [{ name: 'pixels', type: 'uint8', dims: [batch, height, width, 3] }],
      },
      after: {
        ...head,
        outputs: [
          { name: 'probabilities', type: 'float32', dims: [batch, facts.labels.length] },
          { name: 'embedding', type: 'float32', dims: [batch, facts.dim] },
        ],
      },
      metadata: asMetadata(facts),
    });
    await writeFile(join(folder, onnxFile), file);
    const { pooling } = parts.backbone.manifest.output;
    await writeManifest(folder, parts, {
      file: onnxFile,
      sha256: createHash('sha256').update(file).digest('hex'),
      input: { name: 'pixels', width, height, layout: 'nhwc', type: 'uint8', colour: 'rgb' },
      output: { name: 'embedding', dim: facts.dim, pooling },
      classes: { output: 'probabilities', labels: labelsFile, activation: 'softmax' },
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PixkinError('backbone_invalid', `${label}: ${error.message}`, { cause: error });
  }
}
