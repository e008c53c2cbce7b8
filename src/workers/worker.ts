/**
 * What runs in each worker process: one thread that reads, hashes, decodes and embeds. It names the adapters, and loads
 * them when they are first needed: a sweep that only hashes never loads the network.
 */
import { PixkinError } from '../errors.ts';
import type { Backbone } from '../model/backbone.ts';
import { type Activation, toProbabilities } from '../model/classes.ts';
import type { Crop, DeviceReport, Embedded, ImageSource, PictureFacts, Pixels, ResizeSpec, Session } from '../types.ts';
import type { WorkerSettings } from './protocol.ts';
import { readSource, sha256 } from './read.ts';
import { serve } from './serve.ts';

interface Network {
  readonly session: Session;
  readonly activation: Activation;
  readonly spec: ResizeSpec;
  /** Pixels that each side of a picture must keep when its decoder reduces it; absent: all of them. */
  readonly least: number | undefined;
}

/** A picture that only the network has not seen. */
interface Prepared extends Pick<Network, 'session' | 'activation'> {
  readonly facts: PictureFacts;
  readonly input: Pixels;
}

const settings = JSON.parse(process.argv[2] ?? '') as WorkerSettings;
const { limits } = settings;
const image = () => import('../image/index.ts');

serve((loaded) => {
  const getNetwork = once(() => openNetwork(settings.classes, loaded));
  const getClassifier = settings.classes ? getNetwork : once(() => openNetwork(true, loaded));

  async function prepare(getOne: () => Promise<Network>, source: ImageSource, crop?: Crop): Promise<Prepared> {
    const { session, activation, spec, least } = await getOne();
    const { decodePicture, perceptualHash, resizePixels } = await image();
    const bytes = readSource(source);
    const how = { ...(least !== undefined && { least }), ...(crop && { crop }), limits };
    const { whole, pixels, ...rest } = await decodePicture(bytes, how);
    const facts = { ...rest, sha256: sha256(bytes), bytes: bytes.length, phash: perceptualHash(whole) };
    return { session, activation, facts, input: resizePixels(pixels, spec) };
  }

  async function run({ session, activation, input }: Prepared): Promise<Pick<Embedded, 'vector' | 'classes'>> {
    const [output] = await session.run([input]);
    if (output === undefined) throw new PixkinError('internal', 'the network gave no vector for a picture');
    const { vector, classes } = output;
    return { vector, ...(classes && { classes: toProbabilities(classes, activation) }) };
  }

  return {
    async ready() {
      return (await getNetwork()).session.device;
    },

    async fingerprint(source) {
      const { requireKind } = await image();
      const bytes = readSource(source);
      return { sha256: sha256(bytes), bytes: bytes.length, kind: requireKind(bytes) };
    },

    prepare: (source, crop) => prepare(getNetwork, source, crop),

    async infer(prepared) {
      return { ...prepared.facts, ...(await run(prepared)) };
    },

    async classify(source, crop) {
      const { classes } = await run(await prepare(getClassifier, source, crop));
      if (classes) return classes;
      throw new PixkinError('no_classes', 'the network of this collection tells no classes apart: it ends before them');
    },

    async thumbnail(source, edge) {
      const { makeThumbnail } = await image();
      return makeThumbnail(readSource(source), edge, limits);
    },
  };
});

async function openNetwork(classes: boolean, loaded: (report: DeviceReport) => void): Promise<Network> {
  const { loadBackbone, resizeSpec, withOutput } = await import('../model/backbone.ts');
  const backbone = withOutput(await loadBackbone(settings.backbone), settings.output ?? {});
  const session = await openSession(backbone, classes);
  loaded(session.device);
  const spec = resizeSpec(backbone.manifest);
  // Twice what the network takes: with just that, a photograph's vector had a cosine down to .96 with the one of the
  // picture that was not reduced, with twice .996. Nearest takes single pixels, and they must be the picture's own.
  const least = spec.kernel === 'nearest' ? undefined : (2 * Math.max(spec.width, spec.height)) / (spec.fraction ?? 1);
  return { session, activation: backbone.manifest.classes?.activation ?? 'logits', spec, least };
}

async function openSession(backbone: Backbone, classes: boolean): Promise<Session> {
  const { device, runtime, compiled } = settings;
  if (runtime === 'tfjs') {
    const { openTfjsBackbone } = await import('../runtime/tfjs-backbone.ts');
    return openTfjsBackbone(backbone, { device, classes });
  }
  const { openOnnxSession } = await import('../runtime/onnx.ts');
  const { compileBackbone } = await import('../model/compile.ts');
  return openOnnxSession(await compileBackbone(backbone, { cache: compiled, classes }), { device, threads: 1 });
}

/** What failed may be mended before somebody asks again. */
function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open().catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}
