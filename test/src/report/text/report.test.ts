import { describe, expect, test } from 'vitest';
import { widthOf } from '../../../../src/report/fit.ts';
import { reportText } from '../../../../src/report/text/report.ts';
import { image, madeEvaluation, madeReport, metricsFor, unmeasured } from '../made-report.ts';

describe('a report as text', () => {
  test('has a table for everything that is known', () => {
    const { validation } = madeEvaluation();
    const evaluation = { crossValidation: validation, notes: ['one picture to train on: cub'] };
    expect(reportText(madeReport({ evaluation })).join('\n')).toBe(`head 3 (in use): 3 classes; unknown below .450
space 0123456789abcdef (efficientnet-lite0)
pictures: 40 to train on, 10 held out
data feedc0de${'0'.repeat(56)}
TensorFlow.js 4.22.0 (wasm)

measured on       pictures  accuracy  Recall_5  macro F1  log loss  calib. error
held out                10      .700     1.000      .676     0.250          .200
cross-validation        10      .700     1.000      .676     0.250          .200
nearest 10 vote         10      .600
standard error of the accuracy .145
vote of the nearest 10: beaten by 10.0 points

class (worst first)  precision  recall    F1  given  predicted
roses                    1.000    .333  .500      3          1
tulips                    .667    .800  .727      5          6
daisy                     .667   1.000  .800      2          3

confused: given  predicted  pictures
roses            tulips            2
tulips           daisy             1

wrong predictions    given   predicted     p
photos/tulips/1.jpg  tulips  daisy      .974
photos/roses/2.jpg   roses   tulips     .610
and 1 more

probably mislabelled  given   rather     p
photos/tulips/1.jpg   tulips  daisy   .974

to label next     unsure
photos/new/7.jpg    .930

note: one picture to train on: cub`);
  });

  test('says so where nothing was measured', () => {
    const nothing = { mistakes: [], mistakeCount: 0, mislabelled: [], mislabelledCount: 0, nextToLabel: [] };
    const lines = reportText(madeReport({ evaluation: unmeasured, ...nothing }));
    expect(lines.slice(-2)).toEqual(['', 'not measured: no pictures were held out']);
    expect(lines.join()).not.toMatch(/NaN|null|undefined/);
  });

  test('is 80 columns wide and short with a thousand classes of long names, unless all are asked for', () => {
    const labels = Array.from(
      { length: 1000 },
      (_, i) => `n0${i} great white shark, man-eater, Carcharodon carcharias`,
    );
    const validation = metricsFor(
      labels,
      labels.map((_, i) => [i, i % 3 === 0 ? (i + 1) % 1000 : i] as const),
    );
    const mistakes = Array.from({ length: 50 }, (_, i) => ({
      image: image(i, `${'folder/'.repeat(12)}${i}.jpg`),
      ...{ split: 'train' as const, given: labels[i]!, predicted: labels[i + 1]!, p: 0.5 },
    }));
    const report = madeReport({ evaluation: { validation }, mistakes, mistakeCount: 70 });
    const lines = reportText(report);
    expect(Math.max(...lines.map(widthOf))).toBe(80);
    expect(lines.length).toBeLessThan(70);
    expect(lines).toEqual(expect.arrayContaining(['and 980 more', 'and 324 more', 'and 60 more']));
    const all = reportText(report, { most: Number.POSITIVE_INFINITY });
    expect(all.length).toBeGreaterThan(1000 + 334 + 50);
    expect(all.filter((line) => line.startsWith('and '))).toEqual(['and 20 more']);
  });

  test('a class that was neither given nor predicted has dashes, and comes last', () => {
    const validation = metricsFor(
      ['here', 'nowhere', 'there'],
      [
        [0, 0],
        [2, 0],
      ],
    );
    const lines = reportText(madeReport({ evaluation: { validation } }));
    const at = lines.findIndex((line) => line.startsWith('class '));
    expect(lines.slice(at + 1, at + 4)).toEqual([
      'there                        –    .000  .000      1          0',
      'here                      .500   1.000  .667      1          2',
      'nowhere                      –       –     –      0          0',
    ]);
  });
});
