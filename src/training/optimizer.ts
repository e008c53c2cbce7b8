import type { LearningRateDecay, OptimizerName } from '../head/options.ts';
import type { Parameters } from './network.ts';

/** Numbers that an optimizer keeps for each parameter: those of all parameters, then the second of all, where it has two. */
export type Slots = readonly Float32Array[];

const slotsOf: Readonly<Record<OptimizerName, 0 | 1 | 2>> = { sgd: 0, momentum: 1, rmsprop: 1, adam: 2 };
const [momentum, decay, slowDecay, epsilon] = [0.9, 0.9, 0.999, 1e-7];

export function emptySlots(name: OptimizerName, parameters: Parameters): Slots {
  return Array.from({ length: slotsOf[name] }, () => parameters.map(({ length }) => new Float32Array(length))).flat();
}

/**
 * Changes `parameters` and `slots` in place. Plain arithmetic, so that the same gradients give the same weights everywhere.
 *
 * `adam`: D. Kingma and J. Ba, ICLR 2015. `rmsprop`: T. Tieleman and G. Hinton, 2012. `momentum`: B. Polyak, 1964, with .9. The
 * constants are Keras' own.
 * @param step number of this step, 1 for the first
 */
export function optimize(
  name: OptimizerName,
  { parameters, gradients, slots }: { parameters: Parameters; gradients: Parameters; slots: Slots },
  lr: number,
  step: number,
): void {
  const count = parameters.length;
  for (const [n, values] of parameters.entries()) {
    const gradient = gradients[n]!;
    const [first, second] = [slots[n], slots[count + n]];
    if (name === 'sgd') {
      for (let i = 0; i < values.length; i++) values[i]! -= lr * gradient[i]!;
    } else if (name === 'momentum') {
      for (let i = 0; i < values.length; i++) {
        first![i] = momentum * first![i]! + gradient[i]!;
        values[i]! -= lr * first![i]!;
      }
    } else if (name === 'rmsprop') {
      for (let i = 0; i < values.length; i++) {
        first![i] = decay * first![i]! + (1 - decay) * gradient[i]! ** 2;
        values[i]! -= (lr * gradient[i]!) / (Math.sqrt(first![i]!) + epsilon);
      }
    } else {
      // The averages begin at 0; this makes up for it.
      const rate = (lr * Math.sqrt(1 - slowDecay ** step)) / (1 - decay ** step);
      for (let i = 0; i < values.length; i++) {
        first![i] = decay * first![i]! + (1 - decay) * gradient[i]!;
        second![i] = slowDecay * second![i]! + (1 - slowDecay) * gradient[i]! ** 2;
        values[i]! -= (rate * first![i]!) / (Math.sqrt(second![i]!) + epsilon);
      }
    }
  }
}

/** What exponential decay leaves of the learning rate at the end. */
const leastRate = 0.01;

/** @param part of the run that is done, 0 to 1 */
export function decayed(decay: LearningRateDecay, lr: number, part: number): number {
  if (decay === 'cosine') return (lr * (1 + Math.cos(Math.PI * part))) / 2;
  return decay === 'exponential' ? lr * leastRate ** part : lr;
}
