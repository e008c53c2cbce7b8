import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedModels } from '../../src/files.ts';
import { loadBackbone } from '../../src/model/backbone.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { spaceOf } from '../../src/space.ts';

const { manifest } = await loadBackbone(join(shippedModels, 'efficientnet-lite0'));
const space = spaceOf({ manifest });

describe('the fingerprint of a space', () => {
  it('of the shipped backbone is fixed: a library that was embedded with it stays valid', () => {
    expect(space).toBe('63f56969900aa330');
  });

  const decisive: [string, Partial<Manifest>][] = [
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
    const input = Object.fromEntries(Object.entries(manifest.input).reverse()) as Manifest['input'];
    const renamed = { ...rest, input, name: 'other', file: 'other.onnx', licence: 'MIT', source: 'elsewhere' };
    expect(spaceOf({ manifest: renamed })).toBe(space);
  });
});
