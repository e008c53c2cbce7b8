/**
 * What runs in each worker process: one thread that reads, hashes, decodes and embeds. It names the adapters, and loads
 * them when they are first needed: a sweep that only hashes never loads the network.
 */
import { PixkinError } from '../errors.ts';
import type { DeviceReport, PictureFacts, Pixels, ResizeSpec, Session } from '../types.ts';
import type { WorkerSettings } from './protocol.ts';
import { readSource, sha256 } from './read.ts';
import { serve } from './serve.ts';

interface Network {
  readonly session: Session;
  readonly spec: ResizeSpec;
  /** Pixels that each side of a picture must keep when its decoder reduces it. */
  readonly least: number;
}

/** A picture that only the network has not seen. */
interface Prepared {
  readonly session: Session;
  readonly facts: PictureFacts;
  readonly input: Pixels;
}

const settings = JSON.parse(process.argv[2] ?? '') as WorkerSettings;
const { limits } = settings;
const image = () => import('../image/index.ts');

serve((loaded) => {
  let network: Promise<Network> | undefined;

  function getNetwork(): Promise<Network> {
    network ??= openNetwork(loaded).catch((error) => {
      // What failed may be mended before somebody asks again.
      network = undefined;
      throw error;
    });
    return network;
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

    async prepare(source, crop): Promise<Prepared> {
      const { session, spec, least } = await getNetwork();
      const { decodePicture, perceptualHash, resizePixels } = await image();
      const bytes = readSource(source);
      const { whole, pixels, ...rest } = await decodePicture(bytes, { least, ...(crop && { crop }), limits });
      const facts = { ...rest, sha256: sha256(bytes), bytes: bytes.length, phash: perceptualHash(whole) };
      return { session, facts, input: resizePixels(pixels, spec) };
    },

    async infer({ session, facts, input }) {
      const [vector] = await session.run([input]);
      if (vector === undefined) throw new PixkinError('internal', 'the network gave no vector for a picture');
      return { ...facts, vector };
    },

    async thumbnail(source, edge) {
      const { makeThumbnail } = await image();
      return makeThumbnail(readSource(source), edge, limits);
    },
  };
});

async function openNetwork(loaded: (report: DeviceReport) => void): Promise<Network> {
  const { loadBackbone, resizeSpec } = await import('../model/backbone.ts');
  const { openOnnxSession } = await import('../runtime/onnx.ts');
  const backbone = await loadBackbone(settings.backbone);
  const session = await openOnnxSession(backbone, { device: settings.device, threads: 1 });
  loaded(session.device);
  const spec = resizeSpec(backbone.manifest);
  // Twice what the network takes: with just that, a photograph's vector had a cosine down to .96 with the one of the
  // picture that was not reduced, with twice .996.
  const least = (2 * Math.max(spec.width, spec.height)) / (spec.fraction ?? 1);
  return { session, spec, least };
}
