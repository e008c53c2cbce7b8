/**
 * How a picture's bytes become a network's input: said by who imports it, known of its architecture, or done by a layer of its own.
 */
import { PixkinError } from '../../errors.ts';
import type { NetworkConfig } from '../network.ts';

export type Triple = readonly [number, number, number];

/** As a manifest has it: a mode of `keras.applications`, or per channel `(byte * scale - mean) / std`, in the order of `colour`. */
export type InputNormalisation =
  | { readonly colour: 'rgb' | 'bgr'; readonly mode: 'caffe' | 'tf' | 'torch' }
  | { readonly colour: 'rgb' | 'bgr'; readonly scale: number; readonly mean: Triple; readonly std: Triple };

/** What somebody said. `none`: the network takes bytes, 0 to 255. */
export interface GivenNormalisation {
  readonly mode?: 'caffe' | 'tf' | 'torch' | 'none' | undefined;
  readonly colour?: 'rgb' | 'bgr' | undefined;
  readonly scale?: number | undefined;
  readonly mean?: Triple | undefined;
  readonly std?: Triple | undefined;
}

/** Layers that do it inside the network. */
const normalising: ReadonlySet<string> = new Set(['Rescaling', 'Normalization']);

/**
 * @param known the architecture's own; undefined where there is none
 * @returns `note`: what was taken from the network itself, to be said
 * @throws PixkinError `usage`: nobody said it, or it was said twice
 */
export function chooseNormalisation(
  given: GivenNormalisation,
  config: NetworkConfig,
  known: InputNormalisation | undefined,
): { normalisation: InputNormalisation; note?: string } {
  const { mode, colour } = given;
  const parts = given.scale !== undefined || given.mean !== undefined || given.std !== undefined;
  if (mode !== undefined && parts) {
    throw new PixkinError('usage', 'expected --mode, or --scale, --mean and --std; got both');
  }
  if (mode !== undefined && mode !== 'none') {
    const meant = mode === 'caffe' ? 'bgr' : 'rgb';
    if (colour === undefined || colour === meant) return { normalisation: { colour: meant, mode } };
    throw new PixkinError('usage', `--mode ${mode} means --colour ${meant}; got ${colour}`);
  }
  if (mode === 'none' || parts) return { normalisation: byParts(given) };
  if (known) {
    if (colour === undefined || colour === known.colour) return { normalisation: known };
    throw new PixkinError('usage', `--colour ${colour} needs --mode none, or --scale, --mean and --std, beside it`);
  }
  const own = config.config.layers.find(({ class_name }) => normalising.has(class_name));
  if (own) {
    const note = `its layer ${own.name} (${own.class_name}) prepares the input: it gets bytes, 0 to 255`;
    return { normalisation: byParts(given), note };
  }
  throw new PixkinError('usage', 'how bytes become what the network takes must be said; the model does not say it', {
    hint:
      '--mode caffe, tf or torch is what preprocess_input of keras.applications does, --mode none leaves 0 to 255, ' +
      '--scale, --mean and --std mean (byte * scale - mean) / std, --as NAME takes that of a known architecture',
  });
}

const byParts = ({ colour, scale, mean, std }: GivenNormalisation): InputNormalisation => ({
  colour: colour ?? 'rgb',
  scale: scale ?? 1,
  mean: mean ?? [0, 0, 0],
  std: std ?? [1, 1, 1],
});
