import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportClassifier } from '../../../src/export/export-classifier.ts';
import { packageRoot, shippedModels } from '../../../src/files.ts';
import { loadBackbone } from '../../../src/model/backbone.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { madeHead } from './made.ts';

const images = join(packageRoot, 'test', 'fixtures', 'images');

test.each(['onnx', 'safetensors'] as const)('the shipped network with a head says the same as %s', async (format) => {
  const backbone = await loadBackbone(join(shippedModels, 'efficientnet-lite0'));
  const pictures = readdirSync(images)
    .filter((name) => /^(noise|quadrants|progressive|orientation-6)\./.test(name))
    .map((name) => join(images, name));
  const parts = { backbone, head: madeHead({ backbone }) };
  const { checked } = await exportClassifier(parts, format, join(temporaryFolder(), 'out'), { pictures });
  expect(checked!.pictures).toBeGreaterThan(6);
  expect(checked!.difference).toBeLessThan(1e-5);
});
