/**
 * The network's input: a decoder's bytes, [N, height, width, 3] in RGB, as the colours that the network was trained on.
 */
import { type Affine, affine, isAddingOnly, zeroOf } from './affine.ts';
import { type Call, type Colours, once, putOff, type Value } from './value.ts';

/** What is known of a call that has no input yet. */
type Begun = Pick<Call, 'graph' | 'key' | 'shape' | 'uses'>;

/** The graph's own input. */
export const INPUT = 'pixels';

/** `(byte * scale - mean) / std`; `mean` and `std` in the order of `colour`. */
export interface InputColours {
  readonly colour: 'rgb' | 'bgr';
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export function inputValue(call: Begun, { colour, scale, mean, std }: InputColours): Value {
  const { graph } = call;
  const bytes = once(() => {
    // Bytes are moved, floats not: a quarter of the memory.
    const planes = graph.node('Transpose', 'planes', [INPUT], { perm: [0, 3, 1, 2] });
    return graph.node('Cast', 'floats', [planes], { to: 1 });
  });
  const factor = std.map((each) => scale / each);
  const offset = mean.map((each, c) => -each / std[c]!);
  return coloured(call, { affine: affine(3, factor, offset), reversed: colour === 'bgr' }, bytes);
}

/** The same bytes, as other colours: what a Rescaling or Normalization inside the network makes of them. */
export function recoloured(call: Begun, colours: Colours, to: Affine): Value {
  return coloured(call, { affine: to, reversed: colours.reversed }, colours.bytes);
}

function coloured(
  call: Begun,
  { affine: colours, reversed }: Pick<Colours, 'affine' | 'reversed'>,
  bytes: () => string,
): Value {
  const { graph, key } = call;
  const zero = zeroOf(colours);
  const centred = once(() => {
    if (zero.every((each) => each === 0)) return bytes();
    const inOrder = reversed ? zero.toReversed() : zero;
    const subtrahend = zero.every((each) => each === zero[0])
      ? graph.scalar(zero[0]!)
      : graph.floats(`${key}/zero`, [3, 1, 1], inOrder);
    return graph.node('Sub', `${key}/centred`, [bytes(), subtrahend]);
  });
  const make = (): string => {
    const ordered = reversed
      ? graph.node('Gather', `${key}/bgr`, [bytes(), graph.integers(`${key}/order`, [2, 1, 0])], { axis: 1 })
      : bytes();
    const product = isAddingOnly(colours)
      ? ordered
      : graph.node('Mul', `${key}/product`, [ordered, graph.floats(`${key}/factor`, [3, 1, 1], colours.factor)]);
    return graph.node('Add', key, [product, graph.floats(`${key}/offset`, [3, 1, 1], colours.offset)]);
  };
  // A colour that is multiplied by 0 has no byte at which it is 0.
  return putOff(
    call,
    make,
    zero.every(Number.isFinite) ? { colours: { affine: colours, reversed, bytes, centred } } : {},
  );
}
