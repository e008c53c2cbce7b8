/** One look of a training at the held-out pictures, as HTTP tells of it. */
export interface Look {
  readonly phase: string;
  readonly fold: number | null;
  readonly epoch: number;
  /** What `epoch` will be in the end. */
  readonly epochs: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly val_accuracy: number | null;
  readonly done: number;
  readonly total: number;
}

/** `loss .123, accuracy .951 (held out .912)`; of a tuning `tune, epoch 3/12: loss .123, held out .912` */
export function describeLook({ phase, fold, epoch, epochs, loss, accuracy, val_accuracy }: Look): string {
  const held = val_accuracy === null ? null : `held out ${short(val_accuracy)}`;
  if (phase === 'head' || phase === 'tune') {
    // Epochs take long, and a line has no room for more.
    return `${phase}, epoch ${one(epoch)}/${one(epochs)}: loss ${short(loss)}, ${held ?? `accuracy ${short(accuracy)}`}`;
  }
  const where = fold === null ? (phase === 'fit' ? '' : `${phase}: `) : `fold ${fold}: `;
  return `${where}loss ${short(loss)}, accuracy ${short(accuracy)}${held === null ? '' : ` (${held})`}`;
}

const one = (value: number): string => value.toFixed(1).replace(/\.0$/, '');
const short = (value: number): string => value.toFixed(3).replace(/^0\./, '.');
