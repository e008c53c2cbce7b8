/**
 * What may be asked, as zod schemas: the same values as text in a query string and as JSON in a body.
 */
import { z } from '@hono/zod-openapi';
import { type Crop, MAX_K, MAX_OFFSET, THUMBNAIL_EDGES } from '../src/index.ts';
import { classFields, classTexts } from './class-parameters.ts';
import { labelFields, labelTexts } from './label-parameters.ts';

const wholeMessage = (least: number, most: number): string =>
  most === Number.MAX_SAFE_INTEGER
    ? `must be a whole number from ${least} on`
    : `must be a whole number from ${least} to ${most}`;

/** A whole number in JSON. */
export const whole = (least: number, most: number = Number.MAX_SAFE_INTEGER) => {
  const message = wholeMessage(least, most);
  return z.number(message).int(message).min(least, message).max(most, message);
};

const text = z.string({
  error: ({ input }) => (input === undefined ? 'must be given' : 'must be given once, as text'),
});
const toNumber = (written: string): number => (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(written) ? Number(written) : Number.NaN);

/** A whole number in a query string or a path. */
export const wholeText = (least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  text
    .transform(toNumber)
    .pipe(whole(least, most))
    .openapi({ type: 'integer', minimum: least, ...(most < Number.MAX_SAFE_INTEGER && { maximum: most }) });

const flagText = text
  .pipe(z.enum(['true', 'false'], 'must be true or false'))
  .transform((written) => written === 'true')
  .openapi({ type: 'boolean' });

const scoreMessage = 'must be a number from -1 to 1';
const score = z.number(scoreMessage).min(-1, scoreMessage).max(1, scoreMessage);

/** A path relative to its root. Nothing outside a root has such a name, so it is not even looked for. */
export const imagePath = text
  .min(1, 'must not be empty')
  .max(4096, 'must have at most 4096 characters')
  .refine((path) => !isOutside(path), 'must be a path relative to its root, without ".." and NUL')
  .openapi({ description: 'path relative to its root, or a file name that is unique', example: 'cats/a.png' });

function isOutside(path: string): boolean {
  return path.includes('\0') || /^([/\\]|[A-Za-z]:[/\\])/.test(path) || path.split(/[/\\]/).includes('..');
}

export const rootName = text.min(1, 'must not be empty').max(255, 'must have at most 255 characters');

const cropMessage = 'must be x,y,w,h: four fractions of the picture from 0 to 1, with x + w and y + h at most 1';
/** 0.7 + 0.3 may come out above 1 by one rounding. */
const rounding = 1e-9;

function toCrop(numbers: readonly number[]): Crop | null {
  const [x = Number.NaN, y = Number.NaN, w = Number.NaN, h = Number.NaN] = numbers;
  const fits = x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= 1 + rounding && y + h <= 1 + rounding;
  return fits && numbers.length === 4 ? { x, y, w: Math.min(w, 1 - x), h: Math.min(h, 1 - y) } : null;
}

function refuse(context: z.RefinementCtx): never {
  context.addIssue({ code: 'custom', message: cropMessage });
  return z.NEVER;
}

/** `.1,.1,.5,.5` */
const cropText = text
  .transform((written, context) => toCrop(written.split(',').map(toNumber)) ?? refuse(context))
  .openapi({ type: 'string', example: '0.1,0.1,0.5,0.5', description: cropMessage });

/** `[.1, .1, .5, .5]`, or as in a query string. */
const crop = z.union(
  [
    z
      .array(z.number())
      .transform((numbers, context) => toCrop(numbers) ?? refuse(context))
      .openapi({ type: 'array', items: { type: 'number' }, minItems: 4, maxItems: 4, description: cropMessage }),
    cropText,
  ],
  cropMessage,
);

/** A space other than the current one. */
export const spaceName = text
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .openapi({ description: "a space's id, the beginning of it, or its backbone's name; absent: the current space" });

/** How to search, in a query string or a form. */
export const searchTexts = {
  k: wholeText(1, MAX_K).optional(),
  offset: wholeText(0, MAX_OFFSET).optional(),
  min_score: text.transform(toNumber).pipe(score).openapi({ type: 'number', minimum: -1, maximum: 1 }).optional(),
  exact: flagText.optional(),
  include_self: flagText.optional(),
  space: spaceName.optional(),
  ...classTexts,
  ...labelTexts,
};

/** POST /similar beside an uploaded picture. */
export const uploadQuery = z.strictObject({ ...searchTexts, crop: cropText.optional() });

/** GET /similar */
export const similarQuery = z
  .strictObject({
    image: imagePath.optional(),
    id: wholeText(1).optional(),
    root: rootName.optional(),
    crop: cropText.optional(),
    ...searchTexts,
  })
  .refine(({ image, id }) => (image === undefined) !== (id === undefined), 'exactly one of image and id must be given')
  .refine(({ image, root }) => root === undefined || image !== undefined, 'root goes with image');

export const flag = z.boolean('must be true or false');
const sha256 = z.string('must be text').regex(/^[0-9a-f]{64}$/, 'must be a SHA-256: 64 lower-case hexadecimal digits');
const vectorMessage = 'must be a list of 1 to 65536 numbers';
const vector = z.array(z.number(vectorMessage), vectorMessage).min(1, vectorMessage).max(65_536, vectorMessage);

const exampleShape = {
  image: imagePath.optional(),
  root: rootName.optional(),
  id: whole(1).optional(),
  content: sha256.optional(),
  vector: vector.optional(),
  crop: crop.optional(),
};
const kinds = ['image', 'id', 'content', 'vector'] as const;
const object = { error: () => 'must be an object' };

/** One picture that a search goes by. */
const example = z
  .strictObject(
    {
      ...exampleShape,
      space: spaceName.optional().openapi({ description: 'the id of the space that vector comes from' }),
    },
    object,
  )
  .refine((given) => kinds.filter((kind) => given[kind] !== undefined).length === 1, {
    error: 'must have exactly one of image, id, content and vector',
  })
  .refine(({ image, root }) => root === undefined || image !== undefined, 'must have root with image only')
  .refine(({ vector, crop }) => vector === undefined || crop === undefined, 'must have no crop with vector')
  .refine(({ vector, space }) => space === undefined || vector !== undefined, 'must have space with vector only')
  .openapi('Example');
export type Example = z.output<typeof example>;

/** Pictures of one search: each crop costs a run of the network. */
const mostExamples = 100;
const examples = z.array(example, 'must be a list').max(mostExamples, `must name at most ${mostExamples} pictures`);

/** POST /similar as JSON. */
export const similarBody = z
  .strictObject(
    {
      ...exampleShape,
      positive: examples.min(1, 'must name at least one picture').optional(),
      negative: examples.optional(),
      k: whole(1, MAX_K).optional(),
      offset: whole(0, MAX_OFFSET).optional(),
      min_score: score.optional(),
      exact: flag.optional(),
      include_self: flag.optional(),
      space: spaceName.optional(),
      ...classFields,
      ...labelFields,
    },
    { error: () => 'the body must be a JSON object' },
  )
  .refine((given) => [...kinds, 'positive' as const].filter((kind) => given[kind] !== undefined).length === 1, {
    error: 'exactly one of positive, image, id, content and vector must be given',
  })
  .refine(({ positive, negative }) => negative === undefined || positive !== undefined, 'negative goes with positive')
  .refine(({ image, root }) => root === undefined || image !== undefined, 'root goes with image')
  .refine(
    ({ crop, positive, vector }) => crop === undefined || (positive === undefined && vector === undefined),
    'crop goes with image, id or content',
  )
  .openapi('SimilarBody');

const thumbnailMessage = `must be one of ${THUMBNAIL_EDGES.join(', ')}`;

export const thumbnailQuery = z.strictObject({
  size: text
    .transform(toNumber)
    .pipe(z.number(thumbnailMessage).refine((edge) => THUMBNAIL_EDGES.includes(edge), thumbnailMessage))
    .openapi({ type: 'integer', enum: [...THUMBNAIL_EDGES] })
    .optional(),
});

export const imagesQuery = z
  .strictObject({
    image: imagePath.optional(),
    root: rootName.optional(),
    cursor: wholeText(0).optional(),
    after: wholeText(0).optional(),
    limit: wholeText(1, 1000).optional(),
    include: text.pipe(z.literal('vector', 'must be vector')).optional(),
    ...classTexts,
    ...labelTexts,
  })
  .refine((given) => given.class === undefined || given.image === undefined, 'class goes without image')
  .refine(
    ({ label, not_label, image }) => (label ?? not_label) === undefined || image === undefined,
    'label and not_label go without image',
  )
  .refine(
    ({ cursor, after }) => cursor === undefined || after === undefined,
    'cursor and after mean the same: give one',
  )
  .refine(
    ({ include, image, limit = 100 }) => include === undefined || image !== undefined || limit <= 100,
    'include=vector goes with a limit of at most 100',
  );

export const noQuery = z.strictObject({});
export const idPath = z.object({ id: wholeText(1) });
export const namePath = z.object({ name: rootName });
export const jobPath = z.object({ id: text.max(100, 'must have at most 100 characters') });

const folder = z
  .string('must be the absolute path of a folder of the server')
  .regex(/^(\/|[A-Za-z]:[/\\]|\\\\)[^\0]*$/, 'must be the absolute path of a folder of the server');
export const name = z.string('must be text').min(1, 'must not be empty').max(255, 'must have at most 255 characters');

export const addRootBody = z
  .strictObject({
    path: folder,
    name: name.optional(),
    sweep: z.boolean('must be true or false').default(true).openapi({ description: 'false: a job of your own will' }),
  })
  .openapi('AddRoot');
export const changeRootBody = z
  .strictObject({ name: name.optional(), path: folder.optional() })
  .refine((given) => given.name !== undefined || given.path !== undefined, 'name or path must be given')
  .openapi('ChangeRoot');
