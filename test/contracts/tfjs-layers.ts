import { beforeAll, describe, expect, it } from 'vitest';
import { layerClasses } from '../../src/model/layers/index.ts';
import { type Tf, toTfjs } from '../../src/model/to-tfjs/index.ts';
import { loadTfjs, type TfjsBackend } from '../../src/runtime/tfjs-load.ts';
import { filled, layerCases, networkOf, ramp } from '../support/tfjs.ts';

/** Every backend of TF.js must pass: each class of layers computes what Keras does. */
export function tfjsLayersContract(backend: TfjsBackend): void {
  let tf: Tf;
  beforeAll(async () => {
    ({ tf } = await loadTfjs(backend));
  });

  function run(network: Parameters<typeof toTfjs>[1], input: readonly number[], output = 'tested') {
    const before = tf.memory().numTensors;
    const model = toTfjs(tf, network, [output]);
    const made = tf.tidy(() => {
      const tensor = [model.predict(tf.tensor(ramp(input), [1, ...input]))].flat()[0]!;
      return { shape: tensor.shape.slice(1), output: [...tensor.dataSync()] };
    });
    const declared = model.outputs[0]!.shape.slice(1);
    model.dispose();
    return { ...made, declared, leaked: tf.memory().numTensors - before };
  }

  const cases = layerCases();
  describe.each(cases)('$title', ({ network, input, variables, shape, output }) => {
    it("has Keras' variables, gives its numbers, and leaves no tensor behind", () => {
      expect((network.weights.get('tested') ?? []).map(({ name }) => name)).toEqual(variables);
      const made = run(network, input);
      expect(made.shape).toEqual(shape);
      expect(made.declared).toEqual(shape);
      for (const [i, value] of output.entries()) {
        const difference = Math.abs(made.output[i]! - value) / Math.max(1, Math.abs(value));
        expect(difference, `number ${i}: ${value} expected, ${made.output[i]} given`).toBeLessThan(1e-5);
      }
      expect(made.leaked).toBe(0);
    });
  });

  it('pools by generalised mean as its definition says', () => {
    const input = [2, 2, 2];
    const layer = { class_name: 'GeM', config: { p: 3, epsilon: 1e-6 }, name: 'tested', inputs: ['picture'] };
    const config = networkOf(input, [layer]);
    const { output, shape } = run({ config, weights: filled(config) }, input);
    const numbers = [...ramp(input)].map((value) => Math.max(value, 1e-6) ** 3);
    expect(shape).toEqual([2]);
    for (const channel of [0, 1]) {
      const mean = numbers.filter((_, i) => i % 2 === channel).reduce((sum, value) => sum + value / 4, 0);
      expect(output[channel]).toBeCloseTo(mean ** (1 / 3), 5);
    }
  });

  it('knows every class of layers that there is', () => {
    const tried = new Set([...cases.map(({ className }) => className), 'InputLayer', 'GeM']);
    expect(layerClasses.filter((name) => !tried.has(name))).toEqual([]);
  });
}
