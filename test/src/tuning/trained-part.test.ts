import { expect, test } from 'vitest';
import { truncate } from '../../../src/model/truncate.ts';
import { splitNetwork } from '../../../src/tuning/trained-part.ts';
import { tinyConfig } from './tiny.ts';

const config = truncate(tinyConfig(), { layer: 'top_relu', pooling: 'avg' });
const keys = (calls: readonly { key: string }[]): string[] => calls.map(({ key }) => key);

test('what is trained is the first unfrozen layer and all that depends on it; the tensors that cross are its frontier', () => {
  const part = splitNetwork(config, new Set(['side_conv', 'top_bn']));
  expect(keys(part.calls)).toEqual(['side_conv', 'joined', 'top_conv', 'top_bn', 'top_relu', 'embedding']);
  expect(part.frontier).toEqual(['pool']);
  expect(keys(part.before)).not.toContain('top_conv');
  expect(part).toMatchObject({ input: 'picture', output: 'embedding' });
});

test('several tensors may cross', () => {
  const part = splitNetwork(config, new Set(['block_project']));
  expect(part.frontier).toEqual(['block_relu', 'stem_relu']);
  expect(keys(part.before)).toEqual(['stem_conv', 'stem_bn', 'stem_relu', 'block_dwconv', 'block_bn', 'block_relu']);
});

test('where the first layer is trained, pictures cross', () => {
  const part = splitNetwork(config, new Set(['stem_conv', 'top_bn']));
  expect(part.frontier).toEqual(['picture']);
  expect(part.before).toEqual([]);
});

test('where nothing is trained, the embedding crosses', () => {
  const part = splitNetwork(config, new Set());
  expect(part.calls).toEqual([]);
  expect(part.frontier).toEqual(['embedding']);
  expect(part.before).toHaveLength(16);
});
