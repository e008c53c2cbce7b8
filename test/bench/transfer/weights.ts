/** Numbers of networks, read from their folders. */
import { loadBackbone } from '../../../src/model/backbone.ts';
import { openNetwork } from '../../../src/model/open-network.ts';

/** A network's variables, as `layer/variable`. */
export async function readWeights(folder: string): Promise<Map<string, Float32Array>> {
  const backbone = await loadBackbone(folder);
  if (!('config' in backbone)) throw new Error(`${folder} must have a topology and weights; it has an ONNX file`);
  const { network, close } = await openNetwork(backbone, { classes: false });
  try {
    const all = [...network.weights].flatMap(([layer, variables]) =>
      variables.map(({ name, data }) => [`${layer}/${name}`, Float32Array.from(data)] as const),
    );
    return new Map(all);
  } finally {
    close();
  }
}

/** The largest difference of two numbers at the same place. @throws where their variables are others */
export function largestDifference(a: ReadonlyMap<string, Float32Array>, b: ReadonlyMap<string, Float32Array>): number {
  const names = [...a.keys()].sort().join();
  if (names !== [...b.keys()].sort().join()) throw new Error('the networks must have the same variables');
  let largest = 0;
  for (const [name, numbers] of a) {
    const others = b.get(name)!;
    for (let i = 0; i < numbers.length; i++) largest = Math.max(largest, Math.abs(numbers[i]! - others[i]!));
  }
  return largest;
}
