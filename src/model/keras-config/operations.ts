/**
 * Arithmetic on tensors (`x / 255`, `x + y`), which Keras writes as functions, as the layers that do the same.
 */
import { isRef, type RawCall, type RawLayer } from './raw.ts';

type Kind = 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum';

/** Names of Keras 3's functions, and of TensorFlow's that Keras 2 writes. */
const kinds: ReadonlyMap<string, Kind> = new Map([
  ['Add', 'add'],
  ['Subtract', 'subtract'],
  ['Multiply', 'multiply'],
  ['TrueDivide', 'divide'],
  ['Divide', 'divide'],
  ['Maximum', 'maximum'],
  ['__operators__.add', 'add'],
  ['math.add', 'add'],
  ['math.subtract', 'subtract'],
  ['math.multiply', 'multiply'],
  ['math.truediv', 'divide'],
  ['math.divide', 'divide'],
  ['math.maximum', 'maximum'],
] as const);

const mergings = { add: 'Add', subtract: 'Subtract', multiply: 'Multiply', maximum: 'Maximum', divide: undefined };

/** The layer that does what a call of a function does; undefined where there is none. */
export function layerFor(layer: RawLayer, call: RawCall): RawLayer | undefined {
  const kind = kinds.get(layer.className === 'TFOpLambda' ? String(layer.config.function) : layer.className);
  const [first, second, ...more] = call.operands;
  if (kind === undefined || more.length > 0) return undefined;
  if (isRef(first) && isRef(second)) {
    const className = mergings[kind];
    return className === undefined ? undefined : { ...layer, className, config: {}, operation: false };
  }
  const config =
    isRef(first) && typeof second === 'number'
      ? afterwards(kind, second)
      : typeof first === 'number' && isRef(second)
        ? beforehand(kind, first)
        : undefined;
  return config === undefined ? undefined : { ...layer, className: 'Rescaling', config, operation: false };
}

/** `x (kind) number` as `x * scale + offset`. */
function afterwards(kind: Kind, number: number): { scale: number; offset: number } | undefined {
  switch (kind) {
    case 'add':
      return { scale: 1, offset: number };
    case 'subtract':
      return { scale: 1, offset: -number };
    case 'multiply':
      return { scale: number, offset: 0 };
    case 'divide':
      return { scale: 1 / number, offset: 0 };
    default:
      return undefined;
  }
}

/** `number (kind) x` as `x * scale + offset`. */
function beforehand(kind: Kind, number: number): { scale: number; offset: number } | undefined {
  if (kind === 'subtract') return { scale: -1, offset: number };
  return kind === 'divide' ? undefined : afterwards(kind, number);
}
