import { findTopology, inspectNetwork } from '../../../src/index.ts';
import type { Context } from '../../context.ts';
import { columns, short } from './text.ts';

/** Layers, shapes, parameters, multiply-adds, and where it can be cut. Of a known architecture also when it is not here. */
export async function inspect({ config, io }: Context, name: string): Promise<number> {
  const { config: topology, cut } = await findTopology(name, config.data);
  const facts = inspectNetwork(topology);
  io.json({
    ...{ name, cut, parameters: facts.parameters, multiply_adds: facts.multiplyAdds },
    layers: facts.layers.map(({ class_name, multiplyAdds, ...layer }) => ({
      ...{ name: layer.name, class_name, shape: layer.shape, parameters: layer.parameters },
      ...{ multiply_adds: multiplyAdds, cuttable: layer.cuttable },
    })),
  });
  const rows = facts.layers.map((layer) => [
    ...[layer.name, layer.class_name, layer.shape.join(' x '), layer.parameters, short(layer.multiplyAdds)],
    layer.name === cut ? 'is cut here' : layer.cuttable ? 'can be cut' : '',
  ]);
  for (const line of columns([['layer', 'class', 'output', 'parameters', 'multiply-adds', ''], ...rows])) io.text(line);
  io.text(`${short(facts.parameters)} parameters, ${short(facts.multiplyAdds)} multiply-adds a picture`);
  return 0;
}
