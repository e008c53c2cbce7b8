/** Layers with several inputs: Add, Subtract, Multiply, Average, Maximum, Concatenate. */
import { axis, invalid, type LayerClass, type Shape, shown } from './layer.ts';

const list = (inputs: readonly Shape[]): string => inputs.map(shown).join(' and ');

/** Element by element; a size of 1 goes with any other. */
const elementwise: LayerClass = {
  options: [],
  shape(layer, inputs) {
    const [first] = inputs;
    if (first === undefined || inputs.length < 2) throw invalid(layer, `expected two inputs; got ${inputs.length}`);
    const shape = first.map((_, index) => Math.max(...inputs.map((input) => input[index] ?? 0)));
    const fits = inputs.every(
      (input) => input.length === shape.length && input.every((size, index) => size === 1 || size === shape[index]),
    );
    if (fits) return shape;
    throw invalid(layer, `expected inputs of one shape; got ${list(inputs)}`);
  },
};

const difference: LayerClass = {
  options: [],
  shape(layer, inputs) {
    if (inputs.length === 2) return elementwise.shape(layer, inputs);
    throw invalid(layer, `expected two inputs; got ${inputs.length}`);
  },
};

const concatenate: LayerClass = {
  options: ['axis'],
  shape(layer, inputs) {
    const [first] = inputs;
    if (first === undefined || inputs.length < 2) throw invalid(layer, `expected two inputs; got ${inputs.length}`);
    const along = axis(layer, first.length);
    const fits = inputs.every(
      (input) =>
        input.length === first.length && input.every((size, index) => index === along || size === first[index]),
    );
    if (!fits) throw invalid(layer, `expected inputs that differ along axis ${along + 1} only; got ${list(inputs)}`);
    return first.map((size, index) => (index === along ? inputs.reduce((sum, input) => sum + input[along]!, 0) : size));
  },
};

export const mergings = {
  Add: elementwise,
  Subtract: difference,
  Multiply: elementwise,
  Average: elementwise,
  Maximum: elementwise,
  Concatenate: concatenate,
} as const satisfies Record<string, LayerClass>;
