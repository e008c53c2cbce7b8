/**
 * The networks that are known by name: their topologies as `keras.applications` has them, and where their weights are.
 */
import type { Architecture } from './architecture.ts';
import { efficientnetLite0 } from './efficientnet-lite.ts';
import { inceptionv3 } from './inception-v3.ts';
import { mobilenet } from './mobilenet.ts';
import { mobilenetv2 } from './mobilenet-v2.ts';
import { resnet50, resnet50v2, resnet101, resnet101v2, resnet152, resnet152v2 } from './resnet.ts';
import { smallCnn } from './small-cnn.ts';
import { vgg16, vgg19 } from './vgg.ts';

export type {
  Architecture,
  ConfigOptions,
  Normalisation,
  PublishedFile,
  PublishedWeights,
} from './architecture.ts';

/** By name, in the order in which people should see them. */
export const architectures: ReadonlyMap<string, Architecture> = new Map(
  [
    efficientnetLite0,
    vgg16,
    vgg19,
    resnet50,
    resnet101,
    resnet152,
    resnet50v2,
    resnet101v2,
    resnet152v2,
    inceptionv3,
    mobilenet,
    mobilenetv2,
  ].map((architecture) => [architecture.name, architecture]),
);

/** The same, and what is there to be trained from random numbers only: it has no weights that could be pulled or recognised. */
export const trainableArchitectures: ReadonlyMap<string, Architecture> = new Map([
  ...architectures,
  [smallCnn.name, smallCnn],
]);
