import { describe, expect, test } from 'vitest';
import { maskedCrc32c } from '../../../../src/report/tensorboard/crc32c.ts';
import { eventFile, eventFiles } from '../../../../src/report/tensorboard/events.ts';
import { history, unmeasured } from '../made-report.ts';

const at = Date.UTC(2026, 4, 6, 7, 8, 9, 250);

/** The data of each record; throws where a length or a checksum is wrong. */
function recordsOf(bytes: Uint8Array): Buffer[] {
  const file = Buffer.from(bytes);
  const records: Buffer[] = [];
  for (let start = 0; start < file.length; ) {
    const length = Number(file.readBigUInt64LE(start));
    expect(file.readUInt32LE(start + 8)).toBe(maskedCrc32c(file.subarray(start, start + 8)));
    const data = file.subarray(start + 12, start + 12 + length);
    expect(file.readUInt32LE(start + 12 + length)).toBe(maskedCrc32c(data));
    records.push(data);
    start += length + 16;
  }
  return records;
}

test('a file is what TensorFlow writes: its version, then numbers by step', () => {
  const [version, event, ...more] = recordsOf(eventFile([{ step: 300, values: { epoch_loss: 0.5 } }], 1500));
  // wall_time 1.5 as a double, step 0, file_version
  expect(version!.toString('hex')).toBe(`09000000000000f83f10001a0d${Buffer.from('brain.Event:2').toString('hex')}`);
  // wall_time, step 300, summary { value { tag simple_value } }
  const tag = Buffer.from('epoch_loss').toString('hex');
  expect(event!.toString('hex')).toBe(`09000000000000f83f10ac022a130a110a0a${tag}150000003f`);
  expect(more).toEqual([]);
});

describe('the files of a fit', () => {
  test('are two runs, one for each curve, with a record for each look', () => {
    const files = eventFiles(history, at);
    expect(files.map(({ path }) => path)).toEqual([
      'train/events.out.tfevents.1778051289.pixkin',
      'validation/events.out.tfevents.1778051289.pixkin',
    ]);
    const [train, validation] = files.map(({ bytes }) => recordsOf(bytes).map((data) => data.toString('latin1')));
    for (const records of [train!, validation!]) expect(records).toHaveLength(1 + history.length);
    expect(train![1]).toMatch(/epoch_loss.*epoch_accuracy.*epoch_learning_rate/s);
    expect(validation![1]).toMatch(/epoch_loss.*epoch_accuracy/s);
    expect(validation![1]).not.toContain('rate');
  });

  test('are the same whenever they are written', () => {
    expect(eventFiles(history, at)).toEqual(eventFiles(history, at));
  });

  test('have no validation where nothing was held out', () => {
    expect(eventFiles(unmeasured.history!, at).map(({ path }) => path.split('/')[0])).toEqual(['train']);
  });
});
