/**
 * A whole run: pictures through the frozen layers, a head on their embeddings, the unfrozen layers with it, and the network that comes of it.
 */
import { rm } from 'node:fs/promises';
import type { LabelledEmbeddings } from '../head/knn.ts';
import { randomStream } from '../head/random.ts';
import type { Splitting } from '../head/split.ts';
import { initialParameters } from '../training/network.ts';
import { fitScale, type Scale } from '../training/scale.ts';
import { numberOf, openCheckpoints } from './checkpoints.ts';
import { precisionAt10 } from './compare.ts';
import { preparedFeed, vectorFeed } from './feed.ts';
import { finishRun } from './finish.ts';
import { type Machinery, type OpenedRun, openRun, type Tell } from './opened.ts';
import { createPhases } from './phases.ts';
import { planTuning, type TunePlan } from './plan.ts';
import { readNumbers } from './prepare.ts';
import type { Order, Result } from './protocol.ts';
import { describeRun, placesOf, type RunRecord } from './run-folder.ts';
import { splitNetwork } from './trained-part.ts';
import { createTrainee } from './trainee.ts';
import { paceNote } from './words.ts';

/** From scratch embeddings do not say yet what they will be: their length, times what suits the head's learning rates. */
const scratchLength = 16;
/** Tells the head's first numbers from others of the same seed. */
const purpose = 0x70;

/** @throws PixkinError */
export async function runTuning(order: Order, machinery: Machinery, tell: Tell): Promise<Result> {
  const { tf, device } = machinery;
  const { pictures } = order;
  const places = placesOf(order.run);
  const note = (text: string): void => tell({ type: 'note', text });
  const run = await openRun(order, machinery, tell);
  const { options, base, part, graph, multiply, prepared, hasHead } = run;
  const { embedding, manifest } = base;
  const { dim } = manifest.output;
  const plan = planTuning(pictures, prepared.leftOut, order.options);
  const { labels, given } = plan;
  const classes = labels.length;
  const { train, validation } = plan.splitting;
  for (const text of [...run.notes, ...plan.notes]) note(text);
  const split = contentsOf(order, plan.splitting);
  await describeRun(places.record, { labels, options, runtime: device.runtime, split });

  const data: LabelledEmbeddings = { vectors: embeddingsOf(run, plan), dim, given, classes };
  const scale: Scale = hasHead
    ? fitScale(data.vectors, dim, train)
    : { mean: new Float64Array(dim), factor: scratchLength };
  const judged = new Set(plan.judged);
  const asked = { train, asked: validation.filter((i) => judged.has(i)) };
  const precisionBefore = hasHead ? precisionAt10(data, asked, multiply) : null;

  const checkpoints = openCheckpoints(places.checkpoints, order.key);
  const from = await checkpoints.newest();
  if (from) note(`going on after the ${numberOf(from)} steps of an earlier process`);
  const phases = await createPhases(
    {
      ...{ options, train, given, classes, dim, checkpoints, log: places.log, every: order.checkpoint },
      onProgress: (progress) => tell({ type: 'progress', progress }),
      onWork: (work) => tell({ type: 'work', work }),
      onPace: (pace) => note(paceNote(device.runtime, pace)),
    },
    from,
  );
  const sizes = [dim, ...(options.hidden === null ? [] : [options.hidden]), classes];
  let head: readonly Float32Array[] = initialParameters(sizes, randomStream(options.seed, purpose, 0));
  const { batchNorm, seed } = options;
  const common = { tf, config: embedding, graph, scale, data, validation, multiply, batchNorm, most: run.most };
  if (hasHead && !phases.isOver('head')) {
    const feed = vectorFeed(tf, part.output, data.vectors, dim);
    const alone = { part: splitNetwork(embedding, new Set()), unfrozen: new Set<string>(), fresh: false };
    const trainee = createTrainee({ ...common, ...alone, feed, head });
    await phases.run('head', trainee);
    head = trainee.parameters.map((values) => values.slice());
    trainee.dispose();
  }
  const { inputData } = machinery;
  const { shapes, unfrozen } = run;
  const feed = preparedFeed({
    ...{ tf, inputData, graph, part, prepared, manifest, shapes, seed },
    augmentation: options.augment,
  });
  const trainee = createTrainee({ ...common, part, feed, head, unfrozen, fresh: options.fromScratch });
  const last = await phases.run('tune', trainee);

  const known = everyPlace(plan.splitting);
  await trainee.embed(known, (done) => {
    tell({ type: 'work', work: { what: 'embeddings', done, total: known.length } });
    return new Promise(setImmediate);
  });
  const precision = { before: precisionBefore, after: precisionAt10(data, asked, multiply) };
  const result = await finishRun(order, run, {
    ...{ plan, data, device, last, precision },
    model: { parameters: trainee.parameters.slice(0, trainee.headParameters), scale },
  });
  prepared.close();
  await rm(places.cache, { recursive: true, force: true });
  return result;
}

/** Unit-length embeddings of the network as it begins, where they were prepared. */
function embeddingsOf({ base, part, prepared, hasHead }: OpenedRun, plan: TunePlan): Float32Array {
  const { dim } = base.manifest.output;
  const vectors = new Float32Array(plan.given.length * dim);
  if (!hasHead) return vectors;
  const rows = prepared.tensors.get(part.output)!;
  for (const i of everyPlace(plan.splitting)) vectors.set(readNumbers(rows, [i]), i * dim);
  return vectors;
}

/** Ascending. */
function everyPlace({ train, validation, test }: Splitting): Uint32Array {
  return Uint32Array.from([...train, ...validation, ...test]).sort();
}

function contentsOf({ pictures }: Order, splitting: Splitting): NonNullable<RunRecord['split']> {
  const of = (places: Uint32Array): string[] => Array.from(places, (i) => pictures[i]!.content);
  return { train: of(splitting.train), validation: of(splitting.validation), test: of(splitting.test) };
}
