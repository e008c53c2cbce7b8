import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { shippedModels } from '../../src/files.ts';
import { type KerasBackbone, loadBackbone, withOutput } from '../../src/model/backbone.ts';
import { normaliseConfig } from '../../src/model/keras-config.ts';
import type { KerasManifest, OnnxManifest } from '../../src/model/manifest.ts';
import { spaceOf } from '../../src/space.ts';
import { writeKerasBackbone } from './model/keras-backbone.ts';

const place = await mkdtemp(join(tmpdir(), 'pixkin-space-'));
afterAll(() => rm(place, { recursive: true }));

describe('the fingerprint of the shipped backbone', () => {
  it('is fixed: a library that was embedded with it stays valid', async () => {
    expect(spaceOf(await loadBackbone(join(shippedModels, 'efficientnet-lite0')))).toBe('90a68ae73c08e0f6');
  });
});

describe('the fingerprint of an ONNX file', () => {
  const manifest: OnnxManifest = {
    name: 'efficientnet-lite0',
    file: 'model.onnx',
    sha256: '6f25fec17dd75f48d8683a535dac527fd07c535eb5ba1281da0000ddf01e75b7',
    licence: 'Apache-2.0',
    source: 'somewhere',
    input: { name: 'pixels', width: 224, height: 224, layout: 'nhwc', type: 'uint8', colour: 'rgb' },
    resize: { policy: 'half', kernel: 'cubic' },
    output: { name: 'embedding', dim: 1280, pooling: 'avg' },
    classes: { output: 'logits', labels: 'labels.tsv' },
  };
  const space = spaceOf({ manifest });

  it('is fixed', () => {
    expect(space).toBe('63f56969900aa330');
  });

  const decisive: [string, Partial<OnnxManifest>][] = [
    ['weights', { sha256: '0'.repeat(64) }],
    ['input size', { input: { ...manifest.input, width: 225 } }],
    ['layout', { input: { ...manifest.input, layout: 'nchw' } }],
    ['colour order', { input: { ...manifest.input, colour: 'bgr' } }],
    ['normalisation', { input: { ...manifest.input, type: 'float32', mode: 'tf' } }],
    ['resize policy', { resize: { ...manifest.resize, policy: 'squash' } }],
    ['kernel', { resize: { ...manifest.resize, kernel: 'lanczos' } }],
    ['crop fraction', { resize: { ...manifest.resize, fraction: 0.875 } }],
    ['output', { output: { ...manifest.output, name: 'logits' } }],
    ['dimension', { output: { ...manifest.output, dim: 1000 } }],
    ['pooling', { output: { ...manifest.output, pooling: 'max' } }],
  ];
  it.each(decisive)('changes with the %s', (_part, change) => {
    const other = spaceOf({ manifest: { ...manifest, ...change } });
    expect(other).toMatch(/^[0-9a-f]{16}$/);
    expect(other).not.toBe(space);
  });

  it('does not change with names, licence, classes, or the order of keys', () => {
    const { classes: _, ...rest } = manifest;
    const input = Object.fromEntries(Object.entries(manifest.input).reverse()) as OnnxManifest['input'];
    const renamed = { ...rest, input, name: 'other', file: 'other.onnx', licence: 'MIT', source: 'elsewhere' };
    expect(spaceOf({ manifest: renamed })).toBe(space);
  });
});

describe('the fingerprint of a network as data', async () => {
  await writeKerasBackbone(join(place, 'net'));
  const { manifest, config } = (await loadBackbone(join(place, 'net'))) as KerasBackbone;
  const space = spaceOf({ manifest, config });
  const changed = (change: Partial<KerasManifest>): string => spaceOf({ manifest: { ...manifest, ...change }, config });

  const decisive: [string, Partial<KerasManifest>][] = [
    ['weights', { sha256: '0'.repeat(64) }],
    ['input size', { input: { ...manifest.input, width: 7 } }],
    ['normalisation', { input: { ...manifest.input, mode: 'torch' } }],
    [
      'colour order',
      { input: { width: 6, height: 8, colour: 'bgr', scale: 1 / 127.5, mean: [1, 1, 1], std: [1, 1, 1] } },
    ],
    ['kernel', { resize: { ...manifest.resize, kernel: 'lanczos' } }],
    ['cut', { output: { ...manifest.output, layer: 'first' } }],
    ['pooling', { output: { ...manifest.output, pooling: 'max' } }],
  ];
  it.each(decisive)('changes with the %s', (_part, change) => {
    expect(changed(change)).toMatch(/^[0-9a-f]{16}$/);
    expect(changed(change)).not.toBe(space);
  });

  it('changes with what a layer does', () => {
    const other = JSON.parse(
      JSON.stringify(config).replace('"padding":"same"', '"padding":"valid"').replace('"Add"', '"Maximum"'),
    );
    expect(
      spaceOf({ manifest: { ...manifest, output: { ...manifest.output, layer: 'first' } }, config: other }),
    ).not.toBe(changed({ output: { ...manifest.output, layer: 'first' } }));
  });

  it('is the same for a mode and its numbers, and for a layer that is named or found', () => {
    const input = { width: 6, height: 8, colour: 'rgb', scale: 1 / 127.5, mean: [1, 1, 1], std: [1, 1, 1] } as const;
    expect(changed({ input: { ...input, mean: [1, 1, 1], std: [1, 1, 1] } })).toBe(space);
    expect(changed({ output: { pooling: 'avg', dim: 4 } })).toBe(space);
    expect(spaceOf(withOutput({ folder: '', manifest, config }, { layer: 'sum', pooling: 'avg' }))).toBe(space);
  });

  it('does not change with what is not kept, names, the order of keys and layers, or what goes without saying', () => {
    const { classes: _, ...rest } = manifest;
    const layers = config.config.layers
      .filter(({ name }) => name !== 'classes' && name !== 'pool')
      .map((layer) => ({
        ...layer,
        config: Object.fromEntries(
          Object.entries({
            ...layer.config,
            ...(layer.class_name === 'Conv2D' && {
              groups: 1,
              strides: [1, 1],
              dilation_rate: [1, 1],
              trainable: false,
            }),
          }).reverse(),
        ),
      }))
      .reverse();
    const other = { ...config, config: { ...config.config, name: 'other', layers, output_layers: [['sum', 0, 0]] } };
    const renamed = { ...rest, name: 'other', licence: 'MIT', source: 'elsewhere' };
    const kept = normaliseConfig(JSON.parse(JSON.stringify(other)), 'config.json');
    expect(spaceOf({ manifest: renamed, config: kept })).toBe(space);
  });
});
