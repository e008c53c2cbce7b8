/**
 * `model.json`: what the file of a network does not say about itself.
 */
import { z } from 'zod';

const triple = z.tuple([z.number(), z.number(), z.number()]);
const size = z.int().min(1).max(4096);
const tensorName = z.string().min(1).max(200);
/** A file beside the manifest: no folders, so that nothing outside the backbone's own is ever read. */
const fileName = z.string().regex(/^(?!\.{1,2}$)[^/\\\0]{1,200}$/, 'expected the name of a file beside model.json');

const input = z
  .strictObject({
    name: tensorName,
    width: size,
    height: size,
    layout: z.enum(['nhwc', 'nchw']),
    type: z.enum(['uint8', 'float32']),
    colour: z.enum(['rgb', 'bgr']),
    /** float32 only: a channel's value is `(byte * scale - mean) / std`; `mean` and `std` in the order of `colour`. */
    scale: z.number().positive().optional(),
    mean: triple.optional(),
    std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]).optional(),
    /** float32 only, in place of the three above: what `keras.applications` calls the mode of `preprocess_input`. */
    mode: z.enum(['caffe', 'tf', 'torch']).optional(),
  })
  .superRefine((given, context) => {
    const problem = normalisationProblem(given);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

function normalisationProblem(given: {
  type: 'uint8' | 'float32';
  colour: 'rgb' | 'bgr';
  scale?: unknown;
  mean?: unknown;
  std?: unknown;
  mode?: 'caffe' | 'tf' | 'torch' | undefined;
}): string | undefined {
  const parts = [given.scale, given.mean, given.std].filter((part) => part !== undefined).length;
  if (given.type === 'uint8') {
    return parts > 0 || given.mode ? 'scale, mean, std and mode belong to type float32; got type uint8' : undefined;
  }
  if (!given.mode) return parts === 3 ? undefined : 'type float32 needs mode, or all of scale, mean and std';
  if (parts > 0) return 'expected mode, or scale, mean and std; got both';
  const colour = given.mode === 'caffe' ? 'bgr' : 'rgb';
  return given.colour === colour ? undefined : `mode ${given.mode} means colour ${colour}; got ${given.colour}`;
}

const resize = z
  .strictObject({
    policy: z.enum(['squash', 'crop', 'half']),
    kernel: z.enum(['nearest', 'bilinear', 'cubic', 'lanczos']),
    /** With `crop`: the part of the short side that is kept; all of it when left out. */
    fraction: z.number().gt(0).max(1).optional(),
  })
  .refine((given) => given.fraction === undefined || given.policy === 'crop', {
    message: 'belongs to policy crop only',
    path: ['fraction'],
  });

/** The shape of `model.json`. A key that is not listed here is an error, since it was meant to do something. */
export const manifestSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, 'expected 1 to 64 letters, digits, dots, hyphens, underscores'),
  file: fileName,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits'),
  licence: z.string().min(1),
  source: z.string().min(1),
  input,
  resize,
  /** `dim` counts all numbers of one picture; `pooling` says how the graph made them (`none`: flattened). */
  output: z.strictObject({
    name: tensorName,
    dim: z.int().min(1).max(1_000_000),
    pooling: z.enum(['none', 'avg', 'max', 'gem']),
  }),
  /** The full network's own classes: the output with their scores, and a file with a line `id TAB name` for each. */
  classes: z.strictObject({ output: tensorName, labels: fileName }).optional(),
});

/** A valid `model.json`. */
export type Manifest = z.infer<typeof manifestSchema>;
/** What a network takes, as its manifest says it. */
export type InputSpec = Manifest['input'];
