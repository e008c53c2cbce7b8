import { expect, test } from 'vitest';
import { reportOf } from '../../../indexer/commands/evaluate/answer.ts';
import { headReportJson } from '../../../server/head-records.ts';
import { madeReport } from '../../src/report/made-report.ts';

test('what HTTP answers of a report is the report', () => {
  const report = madeReport({
    evaluation: { notes: ['val_loss stays as it is written'] },
    head: { labels: ['a_b', 'c'] },
  });
  const read = reportOf(JSON.parse(JSON.stringify(headReportJson(report, (message) => message))));
  expect(read.head).toEqual(report.head);
  for (const list of ['mistakes', 'mislabelled', 'nextToLabel'] as const) {
    expect(read[list]).toHaveLength(report[list].length);
    for (const [i, { image, ...rest }] of report[list].entries()) {
      expect(read[list][i]).toMatchObject({ ...rest, image: { id: image.id, root: image.root, image: image.image } });
    }
  }
  expect([read.mistakeCount, read.mislabelledCount]).toEqual([3, 1]);
});
