/**
 * A vector divided by its length, in layers that TF.js has. Of the numbers x and -x together the mean is 0 and the variance the mean of the
 * squares, so that LayerNormalization divides them by the length, but for the root of how many they are.
 */

/** Far below the mean square of any embedding; zeros stay zeros. */
const epsilon = 1e-12;

/**
 * @param name of the last of them
 * @param dim numbers of the vector
 * @param from the tensor that is normalised, as `inbound_nodes` has it
 * @returns layers as TF.js' files have them
 */
export function unitNormalization(name: string, dim: number, from: readonly unknown[]): object[] {
  const layer = (className: string, own: string, options: object, inputs: readonly unknown[]): object => ({
    class_name: className,
    name: own,
    config: { name: own, ...options },
    inbound_nodes: [inputs],
  });
  const names = ['negative', 'both', 'normalised', 'rows', 'first', 'vector'].map((part) => `${name}/${part}`);
  const [negative, both, normalised, rows, first, vector] = names as [string, string, string, string, string, string];
  const of = (before: string) => [[before, 0, 0, {}]];
  const cropping = [
    [0, 1],
    [0, 0],
  ];
  return [
    layer('Rescaling', negative, { scale: -1, offset: 0 }, [from]),
    layer('Concatenate', both, { axis: -1 }, [from, ...of(negative)]),
    layer('LayerNormalization', normalised, { axis: -1, epsilon, center: false, scale: false }, of(both)),
    layer('Reshape', rows, { target_shape: [2, dim, 1] }, of(normalised)),
    layer('Cropping2D', first, { cropping }, of(rows)),
    layer('Reshape', vector, { target_shape: [dim] }, of(first)),
    layer('Rescaling', name, { scale: 1 / Math.sqrt(dim), offset: 0 }, of(vector)),
  ];
}
