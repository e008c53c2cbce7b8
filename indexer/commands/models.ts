import { backboneNames, findBackbone, modelFolders, spaceOf } from '../../src/index.ts';
import type { Context } from '../context.ts';

/** The networks that can be named with `--backbone`. */
export async function models({ io }: Context): Promise<number> {
  for (const name of await backboneNames(modelFolders)) {
    const backbone = await findBackbone(name, modelFolders);
    const { input, output, resize, licence } = backbone.manifest;
    io.json({
      name,
      space: spaceOf(backbone),
      dim: output.dim,
      pooling: output.pooling,
      width: input.width,
      height: input.height,
      resize,
      licence,
    });
    io.text(
      `${name}  ${output.dim} numbers (${output.pooling} pooling), ${input.width} x ${input.height}, ${licence}, space ${spaceOf(backbone)}`,
    );
  }
  return 0;
}
