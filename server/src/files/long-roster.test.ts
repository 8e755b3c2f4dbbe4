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

test('a roster is written and read in constant memory, however many rows it has', async () => {
  const path = join(samples.folder, 'long.csv');
  const before = process.memoryUsage().rss;
  let peak = before;
  const content = writeCsv(['姓名', '手机号', '面值'], rosterRows(300_000));
  await pipeline(content, createWriteStream(path));
  let rows = 0;
  let problems = 0;
  const table = readTable(path, { name: '名单.csv' });
  for await (const record of readRecords(table, columns, 'roster_file_invalid')) {
    rows += 1;
    problems += record.problems.length;
    if (rows % 10_000 === 0) peak = Math.max(peak, process.memoryUsage().rss);
  }
  assert.equal(rows, 300_000);
  assert.equal(problems, 0);
  assert.ok(peak - before < 120 * 1024 * 1024, `grew by ${(peak - before) >> 20} MB`);
});
