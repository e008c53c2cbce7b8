import { expect, test } from 'vitest';
import { describeLook } from '../../indexer/training.ts';

const look = {
  phase: 'fit',
  fold: null,
  epoch: 2,
  epochs: 30,
  loss: 0.1234,
  accuracy: 0.951,
  val_accuracy: 0.9,
  done: 1,
  total: 2,
};

test.each([
  [look, 'loss .123, accuracy .951 (held out .900)'],
  [{ ...look, loss: 10.5, accuracy: 1, val_accuracy: null }, 'loss 10.500, accuracy 1.000'],
  [{ ...look, phase: 'cross-validation', fold: 3, val_accuracy: null }, 'fold 3: loss .123, accuracy .951'],
  [{ ...look, phase: 'refit', val_accuracy: null }, 'refit: loss .123, accuracy .951'],
  [{ ...look, phase: 'head', val_accuracy: null }, 'head, epoch 2/30: loss .123, accuracy .951'],
  [{ ...look, phase: 'tune', epoch: 2.25, epochs: 40 }, 'tune, epoch 2.3/40: loss .123, held out .900'],
])('a look is told in a few words: %#', (one, text) => expect(describeLook(one)).toBe(text));
