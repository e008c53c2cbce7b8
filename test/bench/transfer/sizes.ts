/** How much the recipes take. `short` shows that they run; its figures say little. */
export interface Sizes {
  readonly isShort: boolean;
  /** Two of the flower classes, fine-tuned with augmentation. */
  readonly pair: {
    /** Pictures of each class to train on, and to be asked about. */
    readonly train: number;
    readonly val: number;
    /** Pixels of a side. */
    readonly size: number;
    /** Passes of the head alone, and of the last layers with it. */
    readonly epochs: number;
    readonly tuneEpochs: number;
  };
  readonly tiles: { readonly perClass: number; readonly epochs: number; readonly tuneEpochs: number };
  readonly base: {
    readonly perClass: number;
    readonly epochs: number;
    /** Of the two other classes. */
    readonly perFurtherClass: number;
    readonly headEpochs: number;
    readonly tuneEpochs: number;
  };
}

export const sizes = {
  full: {
    isShort: false,
    pair: { train: 130, val: 30, size: 160, epochs: 10, tuneEpochs: 10 },
    tiles: { perClass: 100, epochs: 30, tuneEpochs: 12 },
    base: { perClass: 100, epochs: 15, perFurtherClass: 100, headEpochs: 30, tuneEpochs: 10 },
  },
  short: {
    isShort: true,
    pair: { train: 30, val: 15, size: 96, epochs: 5, tuneEpochs: 2 },
    tiles: { perClass: 10, epochs: 10, tuneEpochs: 3 },
    base: { perClass: 40, epochs: 10, perFurtherClass: 30, headEpochs: 20, tuneEpochs: 5 },
  },
} as const satisfies Record<string, Sizes>;
