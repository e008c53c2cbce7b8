import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { htmlReport } from '../../../../src/report/html/page.ts';
import type { ShownReport } from '../../../../src/report/shown.ts';
import { history, image, madeReport, metricsFor, unmeasured } from '../made-report.ts';
import { elementsOf } from './structure.ts';

function read(report: ShownReport, o: Parameters<typeof htmlReport>[1] = {}) {
  const page = htmlReport(report, o);
  const elements = elementsOf(page);
  const find = (name: string, look?: string) =>
    elements.filter(
      (element) => element.name === name && (look === undefined || element.attributes.class?.split(' ').includes(look)),
    );
  const section = (id: string) => elements.find(({ attributes }) => attributes.id === id)?.text.replace(/\s+/g, ' ');
  return { page, elements, find, section };
}
const sections = (elements: ReturnType<typeof elementsOf>) =>
  elements.filter(({ name }) => name === 'section').map(({ attributes }) => attributes.id);

describe('the page of a head', () => {
  const evaluation = { notes: ['near-copies of training pictures: 4'] };
  const { page, elements, find, section } = read(madeReport({ evaluation }), {
    thumbnails: new Map([[1, Uint8Array.of(0xff, 0xd8, 0xff)]]),
  });

  test('has every section, which its head links to', () => {
    const ids = ['curves', 'confusion', 'classes', 'mistakes', 'mislabelled', 'next', 'training'];
    expect(sections(elements)).toEqual(ids);
    expect(find('a').map(({ attributes }) => attributes.href)).toEqual(ids.map((id) => `#${id}`));
    expect(find('title')[0]!.text).toBe('Head 3: 3 classes');
    expect(find('ul', 'notes')[0]!.text).toBe('near-copies of training pictures: 4');
  });

  test('begins with the figures that matter', () => {
    expect(find('div', 'figure').map(({ text }) => text.replaceAll('\u00a0', ' '))).toEqual([
      'Accuracy70.0 %± 14.5 points on 10 held-out pictures',
      'Recall_5 (top 5)100.0 %always, with so few classes',
      'Macro F167.6 %mean over the classes',
      'Calibration error20.0 %from how probable to how often right',
      'Nearest 10 vote60.0 %✓ beaten by 10.0 points on the held-out pictures',
      'Unknown below45.0 %less probable predictions are not believed',
      'Trained on40pictures; 10 held out; 3 classes',
    ]);
  });

  test('draws a curve for each side of each chart, and marks the weights that were kept', () => {
    const lines = find('polyline').map(({ attributes }) => [attributes.class, attributes.points!.split(' ').length]);
    expect(lines).toEqual([
      ['train line', 3],
      ['validation line', 3],
      ['train line', 3],
      ['validation line', 3],
    ]);
    expect(section('curves')).toContain('epoch 2: 0.5');
    expect(section('curves')).toContain('epoch 2: 80.0 %');
    const [best] = find('line', 'best');
    const middle = find('polyline')[0]!.attributes.points!.split(' ')[1]!.split(',')[0];
    expect(best!.attributes.x1).toBe(middle);
  });

  test('has a cell for each pair of classes that there was', () => {
    const cells = find('title')
      .slice(1)
      .map(({ text }) => text);
    expect(cells).toContain('roses → tulips: 2\u00a0pictures, 66.7\u00a0%');
    expect(cells).toContain('daisy → daisy: 2\u00a0pictures, 100.0\u00a0%');
    expect(find('text', 'cell').map(({ text }) => text)).toEqual(['2', '1', '2', '1', '4']);
    expect(section('confusion')).not.toContain('classes:');
  });

  test('lists the classes with the worst first', () => {
    const rows = find('tr').filter(({ text }) => text.includes('%') || text.includes('–'));
    expect(rows.map(({ text }) => text.replaceAll('\u00a0', ' ').trim())).toEqual([
      'roses100.0 %33.3 %50.0 %31',
      'tulips66.7 %80.0 %72.7 %56',
      'daisy66.7 %100.0 %80.0 %23',
    ]);
  });

  test('shows pictures with what was given and what is said, and those that cannot be read without their face', () => {
    expect(section('mistakes')).toContain('3 pictures: a head that had not seen them');
    expect(section('mistakes')).toContain('2 of them are shown.');
    expect(section('mistakes')).toContain('tulips → daisy 97.4 %held outphotos/tulips/1.jpg');
    expect(section('mistakes')).toContain('no thumbnailroses → tulips 61.0 %cross-validationphotos/roses/2.jpg');
    expect(section('mislabelled')).toContain('tulips → daisy1.2 % → 97.4 %photos/tulips/1.jpg');
    expect(section('next')).toContain('unsure 93.0 %photos/new/7.jpg');
    const faces = find('img').map(({ attributes }) => attributes);
    expect(faces.map(({ src, alt }) => [src, alt])).toEqual(
      Array(2).fill(['data:image/jpeg;base64,/9j/', 'photos/tulips/1.jpg']),
    );
  });

  test('tells all that is needed to train it again', () => {
    for (const fact of [
      'TensorFlow.js 4.22.0 (wasm)',
      `feedc0de${'0'.repeat(56)}`,
      'mlp, 64 hidden units',
      '30 epochs at most',
      '2026-05-06T07:08:09.000Z',
    ]) {
      expect(section('training')).toContain(fact);
    }
    expect(section('training')).toContain('seed123');
  });

  test('needs nothing but itself, and allows itself nothing else', () => {
    expect(page).not.toMatch(/https?:|url\(|@import|<script|<link|<iframe|\sstyle=|\son\w+=/);
    const [style] = find('style');
    const hash = createHash('sha256').update(style!.text).digest('base64');
    expect(find('meta')[2]!.attributes.content).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; form-action 'none'; base-uri 'none'`,
    );
  });
});

test('labels and names of files are texts, whatever they hold', () => {
  const bad = `</title></style><script>alert("1")</script><img src=x onerror='a'>&amp;`;
  const labels = [bad, 'daisy'];
  const made = madeReport({
    head: { labels, backbone: bad },
    evaluation: {
      validation: metricsFor(labels, [
        [0, 1],
        [1, 1],
      ]),
      runtime: bad,
      notes: [bad],
    },
    mistakes: [{ image: image(1, bad), split: 'test', given: bad, predicted: 'daisy', p: 0.5 }],
    mislabelled: [{ image: image(1, bad), given: bad, suggested: bad, pGiven: 0, pSuggested: 1 }],
    nextToLabel: [{ image: { ...image(2), root: bad }, uncertainty: 1 }],
  });
  const { find, elements } = read(made, { title: bad, thumbnails: new Map([[1, new Uint8Array(3)]]) });
  expect(find('script')).toEqual([]);
  expect(elements.filter(({ attributes }) => 'onerror' in attributes)).toEqual([]);
  expect(find('title')[0]!.text).toBe(bad);
  expect(find('td')[0]!.text).toBe(bad);
  expect(find('img')[0]!.attributes.alt).toBe(`photos/${bad}`);
});

test('a head that nothing was held out for says so, and shows the rest', () => {
  const nothing = { mistakes: [], mistakeCount: 0, mislabelled: [], mislabelledCount: 0, nextToLabel: [] };
  const { page, find, elements, section } = read(madeReport({ evaluation: unmeasured, ...nothing }));
  expect(sections(elements)).toEqual(['curves', 'quality', 'next', 'training']);
  expect(section('quality')).toContain('Not measured: no pictures were held out');
  expect(section('curves')).toContain('Nothing was held out, so the last weights were kept.');
  expect(find('div', 'figure')[0]!.text).toMatch(/^Accuracynot measured/);
  expect(find('line', 'best')).toEqual([]);
  expect(page).not.toMatch(/NaN|null|undefined|Infinity/);
});

test('what was measured in several ways is compared in a table', () => {
  const validation = metricsFor(
    ['a', 'b'],
    [
      [0, 0],
      [1, 1],
    ],
  );
  const { find } = read(madeReport({ evaluation: { validation, test: validation, crossValidation: validation } }));
  expect(
    find('td')
      .slice(0, 15)
      .filter((_, i) => i % 7 === 0)
      .map(({ text }) => text),
  ).toEqual(['pictures for testing', 'held-out pictures', 'training pictures, by cross-validation']);
  expect(find('div', 'figure')[0]!.text).toContain('on 2 pictures for testing');
});

describe('a thousand classes', () => {
  const labels = Array.from({ length: 1000 }, (_, i) => `n${i} great white shark, man-eater, Carcharodon carcharias`);
  const answers = labels.flatMap((_, i) => [
    [i, i] as const,
    [i, i < 40 ? i ^ 1 : i] as const,
    [i, i < 60 ? i ^ 1 : i] as const,
  ]);
  const { find, section } = read(
    madeReport({ head: { labels }, evaluation: { validation: metricsFor(labels, answers) } }),
  );

  test('have a matrix of those that are confused most, and the pairs beside it', () => {
    expect(section('confusion')).toContain(
      '20 of 1,000 classes: those that are confused most. 40 of 100 wrong predictions lie between them.',
    );
    expect(find('text', 'cell')).toHaveLength(40);
    expect(section('confusion')).toContain('and 40 pairs more');
    const [matrix] = find('svg', 'matrix');
    expect(Number(matrix!.attributes.width)).toBeLessThan(1100);
  });

  test('are all in the table, most of them folded', () => {
    expect(section('classes')).toContain('960 classes more');
    expect(find('table', 'classes').map(({ text }) => text.split('great').length - 1)).toEqual([40, 960]);
  });
});

test('a fit that looked once has dots in place of lines, one that looked ten thousand times has not every point', () => {
  const once = read(madeReport({ evaluation: { history: history.slice(0, 1), best: 0 } }));
  expect(once.find('polyline')).toEqual([]);
  expect(once.find('circle', 'train')).toHaveLength(2);
  const long = Array.from({ length: 10_000 }, (_, i) => ({ ...history[0]!, epoch: i + 1, step: 10 * (i + 1) }));
  const { find, section } = read(madeReport({ evaluation: { history: long, best: 9999 } }));
  const points = find('polyline')[0]!.attributes.points!.split(' ');
  expect(points.length).toBeLessThan(700);
  expect(points.at(-1)).toMatch(/^468,/);
  expect(section('curves')).toContain('looks at the pictures: 10,000');
});
