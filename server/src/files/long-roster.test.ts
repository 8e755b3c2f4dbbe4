import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { after, test } from 'node:test';
import type { Column } from '@huiquan/domain/files/header.ts';
import { readRecords } from './read-records.ts';
import { readTable } from './read-table.ts';
import { writeCsv } from './write-csv.ts';
import { sampleFolder } from './zip-samples.ts';

const samples = sampleFolder();
after(samples.remove);

const columns: readonly Column<'name' | 'phone' | 'face'>[] = [
  { key: 'name', names: ['姓名'], required: true, filled: true },
  { key: 'phone', names: ['手机号'], required: true, filled: true, identifier: true },
  { key: 'face', names: ['面值'], required: true },
];

function* rosterRows(count: number): Generator<[string, string, number]> {
  for (let at = 0; at < count; at += 1) yield [`王小明${at}`, `138${at}`.padEnd(11, '0'), 300];
}

test('the last forty thousand rows of a roster take no more memory than the first', async () => {
  const path = join(samples.folder, 'long.csv');
  const content = writeCsv(['姓名', '手机号', '面值'], rosterRows(120_000));
  await pipeline(content, createWriteStream(path));
  const peaks = [0, 0, 0];
  let rows = 0;
  let problems = 0;
  const table = readTable(path, { name: '名单.csv' });
  for await (const record of readRecords(table, columns, 'roster_file_invalid')) {
    const third = Math.floor(rows / 40_000);
    rows += 1;
    problems += record.problems.length;
    if (rows % 1000 !== 0) continue;
    peaks[third] = Math.max(peaks[third] ?? 0, process.memoryUsage().rss / 1024 / 1024);
  }
  assert.equal(rows, 120_000);
  assert.equal(problems, 0);
  const [first = 0, , last = 0] = peaks;
  assert.ok(last < 300, `${last} MB`);
  assert.ok(last < first + 50, `${first} MB, then ${last} MB`);
});
