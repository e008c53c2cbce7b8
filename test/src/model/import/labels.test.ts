import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { imagenetLabels, readLabels } from '../../../../src/model/import/labels.ts';
import { temporaryFolder } from '../../../support/folder.ts';

function file(text: string): string {
  const path = join(temporaryFolder(), 'labels.txt');
  writeFileSync(path, text);
  return path;
}

test.each([
  ['ids and names', 'n1\ttiger\nn2\tlion\n'],
  ['Windows ends of lines, a byte order mark and no last one', '\uFEFFn1\ttiger\r\nn2\tlion'],
])('%s', async (_, text) => {
  expect(await readLabels(file(text), 2)).toBe('n1\ttiger\nn2\tlion\n');
});

test('a name alone is its own id', async () => {
  expect(await readLabels(file('big cat\nlion'), 2)).toBe('big cat\tbig cat\nlion\tlion\n');
});

test('those of ImageNet are a thousand', async () => {
  expect(await readLabels(imagenetLabels, 1000)).toMatch(/^n01440764\ttench\n/);
});

test.each([
  ['another number', 'one\ntwo\nthree\n', '--labels must name 2 classes, a line for each; labels.txt has 3'],
  ['a gap', '\nlion', 'labels.txt:1: expected a name, or an id, a tab and a name; got ""'],
  ['too many fields', '0\tn1\ttiger\nlion', 'labels.txt:1: expected'],
])('%s is a usage error', async (_, text, message) => {
  await expect(readLabels(file(text), 2)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining(message),
  });
});

test('a file that is not there is a usage error', async () => {
  await expect(readLabels('/nowhere', 2)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('ENOENT'),
  });
});
