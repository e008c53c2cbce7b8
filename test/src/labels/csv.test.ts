import { describe, expect, test } from 'vitest';
import { csvHeader, csvLine, readLabelCsv } from '../../../src/labels/csv.ts';
import type { Split } from '../../../src/types.ts';

const read = (text: string) => readLabelCsv(Buffer.from(text));
const tiger = { line: 1, path: 'a.jpg', label: 'tiger' };

describe('lines', () => {
  test('are a path, a label, and a split where there is one', () => {
    expect(read('a.jpg,tiger\nb/c d.jpg, lion ,val\nc.jpg,Tiger,\n')).toEqual([
      tiger,
      { line: 2, path: 'b/c d.jpg', label: 'lion', split: 'validation' },
      { line: 3, path: 'c.jpg', label: 'Tiger' },
    ]);
  });

  test('may be quoted, end as Windows ends them, and be empty', () => {
    expect(read('"a, ""b"".jpg","big\u00a0cat"\r\n\r\n,,\r\n"c.jpg",lion\r\n')).toEqual([
      { line: 1, path: 'a, "b".jpg', label: 'big\u00a0cat' },
      { line: 4, path: 'c.jpg', label: 'lion' },
    ]);
  });

  test.each(['a.jpg;tiger', 'a.jpg\ttiger'])('%j: semicolons and tabs part fields where there is no comma', (text) => {
    expect(read(text)).toEqual([tiger]);
  });

  test.each([
    ['train', 'train'],
    ['Training', 'train'],
    ['VALID', 'validation'],
    ['val', 'validation'],
    ['validation', 'validation'],
    ['test', 'test'],
    ['testing', 'test'],
  ])('the split %s means %s', (text, split) => {
    expect(read(`a.jpg,tiger,${text}`)).toEqual([{ ...tiger, split }]);
  });

  test('10,000 of them with a label each are read', () => {
    const lines = read(Array.from({ length: 10_000 }, (_, i) => `${i}.jpg,class ${i}\n`).join(''));
    expect(lines).toHaveLength(10_000);
    expect(lines.at(-1)).toEqual({ line: 10_000, path: '9999.jpg', label: 'class 9999' });
  });
});

describe('a header', () => {
  test.each(['path,label', 'Image,Class', 'file_name,category', 'path,label,split'])('%s is no picture', (header) => {
    expect(read(`${header}\na.jpg,tiger\n`)).toEqual([{ ...tiger, line: 2 }]);
  });

  test('says where its columns are, and others are left alone', () => {
    expect(read('id,label,width,subset,filename\n7,tiger,800,test,a.jpg\n')).toEqual([
      { ...tiger, line: 2, split: 'test' },
    ]);
  });

  test('alone has no lines', () => {
    expect(read('path,label\n')).toEqual([]);
  });
});

describe('bytes', () => {
  const text = 'Löwe.jpg,Löwe';
  const lion = { line: 1, path: 'Löwe.jpg', label: 'Löwe' };
  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${text}`)],
    ['Latin-1', Buffer.from(text, 'latin1')],
    ['UTF-16 with its mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 with its mark, the other way round', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('in %s are read', (_, bytes) => {
    expect(readLabelCsv(bytes)).toEqual([lion]);
  });

  test('of Windows, that Latin-1 has no letter for, are read too', () => {
    expect(readLabelCsv(Buffer.from([...Buffer.from('a.jpg,'), 0x80]))).toEqual([{ ...tiger, label: '€' }]);
  });
});

test.each([
  ['', 'the CSV must have lines "path,label"; it is empty'],
  ['\n\n', 'the CSV must have lines "path,label"; it is empty'],
  ['a.jpg', 'line 1: must be path,label or path,label,split; got 1 fields'],
  ['a.jpg,b,train,x', 'line 1: must be path,label or path,label,split; got 4 fields'],
  ['a.jpg,b\nb.jpg,', 'line 2: label must be 1 to 200 characters, none of them a control character; got ""'],
  [',b', 'line 1: path must not be empty'],
  ['a.jpg,b,foo', 'line 1: split must be train, validation or test; got "foo"'],
  ['path,label\na.jpg\nb.jpg,', /^line 2: label must be 1 to 200 .*; got "" \(and 1 more\)$/],
  ['a.jpg,"b', /^the CSV cannot be read: .*line 1/],
  ['PK\u0000\u0000', 'the CSV must be text; it has bytes that are zero'],
])('%j is refused with the place', (text, message) => {
  const expected = typeof message === 'string' ? message : expect.stringMatching(message);
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'invalid_request', message: expected }));
});

test('what is written is read again', () => {
  const all: [string, string, Split | null][] = [
    ['a.jpg', 'tiger', 'train'],
    ['b, "c".jpg', ' x;y', null],
    ['line\nbreak.jpg', 'löwe', 'test'],
    [' c.jpg ', 'label', null],
  ];
  const lines = read(csvHeader + all.map((one) => csvLine(...one)).join(''));
  expect(lines.map(({ path, label, split = null }) => [path, label, split])).toEqual(
    all.map(([path, label, split]) => [path, label.trim(), split]),
  );
});
