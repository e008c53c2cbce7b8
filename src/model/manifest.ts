/**
 * `model.json`: what the files of a network do not say about themselves. There are two kinds of networks: an ONNX file, and a
 * topology in Keras' form with weights beside it.
 */
import { z } from 'zod';

const triple = z.tuple([z.number(), z.number(), z.number()]);
const size = z.int().min(1).max(4096);
const tensorName = z.string().min(1).max(200);
/** A file beside the manifest: no folders, so that nothing outside the backbone's own is ever read. */
const fileName = z.string().regex(/^(?!\.{1,2}$)[^/\\\0]{1,200}$/, 'expected the name of a file beside model.json');
const colour = z.enum(['rgb', 'bgr']);
const pooling = z.enum(['none', 'avg', 'max', 'gem']);
/** Most numbers that one embedding may have. */
export const MAX_DIM = 1_000_000;
const dim = z.int().min(1).max(MAX_DIM);
const activation = z.enum(['softmax', 'logits']);

const normalisation = {
  /** A channel's value is `(byte * scale - mean) / std`; `mean` and `std` in the order of `colour`. */
  scale: z.number().positive().optional(),
  mean: triple.optional(),
  std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]).optional(),
  /** In place of the three above: what `keras.applications` calls the mode of `preprocess_input`. */
  mode: z.enum(['caffe', 'tf', 'torch']).optional(),
};

interface GivenNormalisation {
  readonly colour: 'rgb' | 'bgr';
  readonly scale?: unknown;
  readonly mean?: unknown;
  readonly std?: unknown;
  readonly mode?: 'caffe' | 'tf' | 'torch' | undefined;
}

const partsOf = ({ scale, mean, std }: GivenNormalisation): number =>
  [scale, mean, std].filter((part) => part !== undefined).length;

/** @param what needs one, for the message */
function normalisationProblem(given: GivenNormalisation, what: string): string | undefined {
  const parts = partsOf(given);
  if (!given.mode) return parts === 3 ? undefined : `${what} needs mode, or all of scale, mean and std`;
  if (parts > 0) return 'expected mode, or scale, mean and std; got both';
  const meant = given.mode === 'caffe' ? 'bgr' : 'rgb';
  return given.colour === meant ? undefined : `mode ${given.mode} means colour ${meant}; got ${given.colour}`;
}

const onnxInput = z
  .strictObject({
    name: tensorName,
    width: size,
    height: size,
    layout: z.enum(['nhwc', 'nchw']),
    type: z.enum(['uint8', 'float32']),
    colour,
    /** These belong to float32 only: a graph that takes bytes has them inside. */
    ...normalisation,
  })
  .superRefine((given, context) => {
    const bytes = given.type === 'uint8';
    const stray = bytes && (partsOf(given) > 0 || given.mode !== undefined);
    const strayProblem = stray ? 'scale, mean, std and mode belong to type float32; got type uint8' : undefined;
    const problem = bytes ? strayProblem : normalisationProblem(given, 'type float32');
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

const kerasInput = z
  .strictObject({ width: size, height: size, colour, ...normalisation })
  .superRefine((given, context) => {
    const problem = normalisationProblem(given, 'a network');
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

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

const common = {
  name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, 'expected 1 to 64 letters, digits, dots, hyphens, underscores'),
  /** The ONNX file, or the weights. */
  file: fileName,
  /** Of `file`. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits'),
  licence: z.string().min(1),
  source: z.string().min(1),
  resize,
};

const onnxManifest = z.strictObject({
  ...common,
  input: onnxInput,
  /** `dim` counts all numbers of one picture; `pooling` says how the graph made them (`none`: flattened). */
  output: z.strictObject({ name: tensorName, dim, pooling }),
  /** The full network's own classes: the output with their scores, and a file with a line `id TAB name` for each. */
  classes: z.strictObject({ output: tensorName, labels: fileName, activation: activation.optional() }).optional(),
});

const kerasManifest = z.strictObject({
  ...common,
  /** The topology: the whole network, with the layers that tell classes apart where the weights have them. */
  config: fileName,
  input: kerasInput,
  /** `layer`: the one whose output is pooled; where `include_top=False` cuts when left out. `none`: flattened. */
  output: z.strictObject({ layer: tensorName.optional(), pooling, dim }),
  classes: z.strictObject({ layer: tensorName, labels: fileName, activation }).optional(),
});

/** A valid `model.json` of an ONNX file. */
export type OnnxManifest = z.infer<typeof onnxManifest>;
/** A valid `model.json` of a network as data. */
export type KerasManifest = z.infer<typeof kerasManifest>;
export type Manifest = OnnxManifest | KerasManifest;
/** What an ONNX file takes, as its manifest says it. */
export type InputSpec = OnnxManifest['input'];

/**
 * The shape of `model.json`. A key that is not listed here is an error, since it was meant to do something.
 * @returns the manifest, or what is wrong with it: the field and what was expected
 */
export function parseManifest(
  json: unknown,
): { readonly manifest: Manifest } | { readonly problems: readonly string[] } {
  const isKeras = typeof json === 'object' && json !== null && 'config' in json;
  const parsed = (isKeras ? kerasManifest : onnxManifest).safeParse(json);
  if (parsed.success) return { manifest: parsed.data };
  return { problems: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`) };
}
