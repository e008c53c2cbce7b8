/**
 * The class that makes a TF.js layer of what `custom.ts` computes: one class for all, made once for each TF.js.
 */
import { outputShape, type Shape, variablesOf } from '../layers/index.ts';
import type { LayerConfig } from '../network.ts';
import { compute } from './custom.ts';
import type { Tensor, Tf, TfLayer } from './tf.ts';

const classes = new WeakMap<Tf, (layer: LayerConfig) => TfLayer>();

/** A layer of TF.js that computes `layer` as Keras does. It cannot be written to TF.js' files: only this code knows it. */
export function customLayer(tf: Tf, layer: LayerConfig): TfLayer {
  let make = classes.get(tf);
  if (!make) {
    make = defineClass(tf);
    classes.set(tf, make);
  }
  return make(layer);
}

function defineClass(tf: Tf): (layer: LayerConfig) => TfLayer {
  const { Layer } = tf.layers;
  type Shapes = Parameters<TfLayer['computeOutputShape']>[0];

  class KerasLayer extends Layer {
    static className = 'KerasLayer';
    readonly layer: LayerConfig;
    private variables: ReturnType<TfLayer['addWeight']>[] = [];

    constructor(layer: LayerConfig, name: string) {
      super({ name });
      this.layer = layer;
    }

    override build(inputShape: Shapes): void {
      this.variables = variablesOf(this.layer, withoutBatch(inputShape)).map(({ name, shape }) =>
        // What Normalization has are statistics.
        this.addWeight(name, [...shape], 'float32', tf.initializers.zeros(), undefined, !statistics.has(name)),
      );
      this.built = true;
    }

    override computeOutputShape(inputShape: Shapes): (number | null)[] {
      return [null, ...outputShape(this.layer, withoutBatch(inputShape))];
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      return tf.tidy(() => {
        const [first, ...more] = Array.isArray(inputs) ? inputs : [inputs];
        return compute(
          tf,
          this.layer,
          [first!, ...more],
          this.variables.map((variable) => variable.read()),
        );
      });
    }
  }
  return (layer) => new KerasLayer(layer, layer.name);
}

const statistics: ReadonlySet<string> = new Set(['mean', 'variance']);

/** TF.js gives one shape, or a list of them; sizes other than the batch are known here. */
function withoutBatch(shapes: readonly unknown[]): Shape[] {
  const list = Array.isArray(shapes[0]) ? (shapes as readonly Shape[]) : [shapes as Shape];
  return list.map((shape) => shape.slice(1));
}
