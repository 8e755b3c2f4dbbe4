import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { fen, sumFen } from '@huiquan/domain/fen.ts';
import type { Fen } from '@huiquan/domain/fen.ts';
import fc from 'fast-check';
import { guardedText } from './cell-guard.ts';
import { readTable } from './read-table.ts';
import { writeBill } from './write-bill.ts';
import { writeCsv } from './write-csv.ts';
import { writeXlsx } from './write-xlsx.ts';
import { sampleFolder } from './zip-samples.ts';

const samples = sampleFolder();
after(samples.remove);

async function bytesOf(content: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function cellsOf(name: string, content: Readable): Promise<(readonly string[])[]> {
  const path = samples.put(await bytesOf(content));
  const rows = await Array.fromAsync(readTable(path, { name }));
  return rows.map((row) => row.cells);
}

test('an exported CSV begins with a byte order mark and ends its lines with CRLF', async () => {
  const content = await bytesOf(writeCsv(['姓名', '金额'], [['王,"小"明', -300.5]]));
  assert.equal(content.toString(), '\uFEFF姓名,金额\r\n"王,""小""明",-300.5\r\n');
});

test('texts that would run as formulas are kept from it, numbers stay numbers', () => {
  for (const start of ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) {
    assert.equal(guardedText(`${start}1+1`), `'${start}1+1`);
  }
  assert.equal(guardedText('\0=1'), "'=1");
  assert.equal(guardedText('王=小'), '王=小');
  assert.equal(guardedText('a\uD800'), 'a\uFFFD');
});

test('no exported text cell begins with a sign that a spreadsheet runs', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.doesNotMatch(guardedText(text), /^[=+\-@\t\r\n＝＋－＠\0]/u);
    }),
  );
});

test('a workbook keeps the digits of an ID as text and an amount as a number', async () => {
  const rows = [['=1+1', '140202199001011234', 300.5] as const, ['李', null, -1] as const];
  const stream = writeXlsx({ name: '名单', header: ['姓名', '身份证号', '金额'] }, rows);
  const path = samples.put(await bytesOf(stream));
  const [, first, second] = await Array.fromAsync(readTable(path, { name: 'a.xlsx' }));
  assert.deepEqual(first?.cells, ["'=1+1", '140202199001011234', '300.5']);
  assert.deepEqual([first.numbers, first.flaws], [[2], []]);
  assert.deepEqual(second?.cells, ['李', '', '-1']);
});

test('what is written as CSV is read back the same', async () => {
  const cell = fc.stringMatching(/^[a-z王",\n;' ]{0,8}$/).map((text) => `x${text}`);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1 }), async (rows) => {
      const [, ...read] = await cellsOf('a.csv', writeCsv(['一', '二'], rows));
      assert.deepEqual(read, rows);
    }),
    { numRuns: 20 },
  );
});

test(
  'a bill has backticks before its fields, two summary lines, amounts in 元 and ' + 'digests',
  async () => {
    const paid: Fen[] = [];
    function* rows() {
      for (const amount of [30_000, 5]) {
        paid.push(fen(amount));
        yield ['2023-09-01', '1402021990', fen(amount)];
      }
    }
    const bill = writeBill({
      header: ['记账时间', '业务单号', '收支金额(元)'],
      rows: rows(),
      summaryHeader: ['总笔数', '总金额(元)'],
      summary: () => [paid.length, sumFen(paid)],
    });
    const content = await bytesOf(bill.content);
    assert.equal(
      content.toString(),
      '\uFEFF记账时间,业务单号,收支金额(元)\r\n' +
        '`2023-09-01,`1402021990,`300.00\r\n`2023-09-01,`1402021990,`0.05\r\n' +
        '总笔数,总金额(元)\r\n`2,`300.05\r\n',
    );
    assert.deepEqual(await bill.digests, {
      sha1: createHash('sha1').update(content).digest('hex'),
      sm3: createHash('sm3').update(content).digest('hex'),
      bytes: content.length,
    });
  },
);

test('the digests of a bill that broke off are never given', async () => {
  const header = ['a'];
  const rows = Array.from({ length: 100_000 }, (_, at) => [at]);
  const bill = writeBill({ header, rows, summaryHeader: ['b'], summary: () => [1] });
  bill.content.destroy();
  await assert.rejects(bill.digests, /not read to its end/);
});
