import { type Imported, spaceOf } from '../../../src/index.ts';
import type { Io } from '../../io.ts';
import { megabytes } from './text.ts';

/** A network that is new in the data folder, and how to go on with it. */
export function showNetwork(io: Io, type: 'pulled' | 'imported', { backbone, bytes, notes }: Imported): void {
  const { name, input, resize, output, licence, source, classes } = backbone.manifest;
  io.json({
    ...{ type, name, folder: backbone.folder, space: spaceOf(backbone) },
    ...{ dim: output.dim, pooling: output.pooling, width: input.width, height: input.height, resize },
    ...{ classes: classes !== undefined, bytes, licence, source, notes },
  });
  for (const note of notes) io.note(`${name}: ${note}`);
  const pooled = output.pooling === 'none' ? 'not pooled' : `${output.pooling} pooling`;
  io.text(
    `${name}: ${output.dim} numbers (${pooled}), ${input.width} x ${input.height}, ${megabytes(bytes)}, in ${backbone.folder}`,
  );
  io.text(`indexer rebuild --backbone ${name} moves a collection to it`);
}
