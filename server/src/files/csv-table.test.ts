import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { Refusal } from '@huiquan/domain/refusals.ts';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import type { FileLimits } from './limits.ts';
import { readTable } from './read-table.ts';
import type { TableRow } from './table-row.ts';
import { sampleFolder } from './zip-samples.ts';

const samples = sampleFolder();
after(samples.remove);

async function rowsOf(
  content: Buffer | string,
  limits: Partial<FileLimits> = {},
): Promise<TableRow[]> {
  return Array.fromAsync(readTable(samples.put(content), { name: '名单.csv', limits }));
}

async function cellsOf(content: Buffer | string): Promise<(readonly string[])[]> {
  return (await rowsOf(content)).map((row) => row.cells);
}

function refusedAs(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Refusal && error.code === code;
}

const text = '姓名,手机号\r\n买买提·阿依古丽,13800138000\r\n';
const expected = [
  ['姓名', '手机号'],
  ['买买提·阿依古丽', '13800138000'],
];

test('a roster reads the same in UTF-8 with and without mark, GB18030 and UTF-16', async () => {
  assert.deepEqual(await cellsOf(text), expected);
  assert.deepEqual(await cellsOf(`\uFEFF${text}`), expected);
  assert.deepEqual(await cellsOf(iconv.encode(text, 'gb18030')), expected);
  assert.deepEqual(await cellsOf(iconv.encode(text, 'utf16-le', { addBOM: true })), expected);
  assert.deepEqual(await cellsOf(iconv.encode(text, 'utf16-be', { addBOM: true })), expected);
});

test('a GB18030 roster is known even when its first Chinese character comes late', async () => {
  const digits = '1,2\r\n'.repeat(50_000);
  const rows = await cellsOf(Buffer.concat([Buffer.from(digits), iconv.encode('王,李', 'gbk')]));
  assert.deepEqual(rows.at(-1), ['王', '李']);
});

test('rare characters beyond GBK survive GB18030', async () => {
  assert.deepEqual(await cellsOf(iconv.encode('𬭩,䶮', 'gb18030')), [['𬭩', '䶮']]);
});

test(
  'any mix of line ends, quoted cells and blank lines keeps the row numbers people ' + 'see',
  async () => {
    const rows = await rowsOf('a,b\r\n1,"x,\n""y"""\n\n,\r3,4');
    assert.deepEqual(
      rows.map((row) => [row.rowNumber, row.cells]),
      [
        [1, ['a', 'b']],
        [2, ['1', 'x,\n"y"']],
        [5, ['3', '4']],
      ],
    );
  },
);

test('backticks before fields are dropped, tabs separate where no comma does', async () => {
  assert.deepEqual(await cellsOf('记账时间,金额\n`2023-09-01,`300.00'), [
    ['记账时间', '金额'],
    ['2023-09-01', '300.00'],
  ]);
  const tabs = iconv.encode('姓名\t金额\r\n王\t1,234.50\r\n', 'utf16-le', { addBOM: true });
  assert.deepEqual(await cellsOf(tabs), [
    ['姓名', '金额'],
    ['王', '1,234.50'],
  ]);
});

test('a cell that begins with = is a formula unless a backtick says it is text', async () => {
  const [row] = await rowsOf("=cmd|' /C calc'!A0,`=1,-5,＝SUM(A1)");
  const formulas = row?.flaws.map((flaw) => [flaw.column, flaw.code]);
  assert.deepEqual(formulas, [
    [0, 'formula_not_allowed'],
    [3, 'formula_not_allowed'],
  ]);
});

test('quotes that never close, endless rows and wide or long cells are refused', async () => {
  await assert.rejects(rowsOf('a,b\n"x,1\n2,3\n'), refusedAs('file_rejected'));
  await assert.rejects(rowsOf(`"${'x'.repeat(10_000_000)}"`), refusedAs('sheet_limits'));
  await assert.rejects(rowsOf('x'.repeat(10_001)), refusedAs('sheet_limits'));
  await assert.rejects(rowsOf('x'.repeat(10_000_000)), refusedAs('sheet_limits'));
  await assert.rejects(rowsOf(`${'王'.repeat(9_000)},`.repeat(25)), refusedAs('sheet_limits'));
  await assert.rejects(rowsOf(','.repeat(200)), refusedAs('sheet_limits'));
  await assert.rejects(rowsOf('\n'.repeat(100_002)), refusedAs('sheet_limits'));
  await assert.rejects(rowsOf('1\n2\n3\n', { rowsMax: 2 }), refusedAs('sheet_limits'));
  assert.equal((await rowsOf(`${','.repeat(199)}x`)).length, 1);
  assert.equal((await rowsOf('x'.repeat(10_000))).length, 1);
});

test('an empty file has no rows', async () => {
  assert.deepEqual(await rowsOf(''), []);
  assert.deepEqual(await rowsOf('\uFEFF\r\n'), []);
});

test(
  'a stream is read as well, refused when too large, and an abort of its source is ' + 'passed on',
  async () => {
    const rows = await Array.fromAsync(readTable(Readable.from([text]), { name: 'a.csv' }));
    assert.deepEqual(
      rows.map((row) => row.cells),
      expected,
    );
    const large = readTable(Readable.from(['x'.repeat(11)]), {
      name: 'a.csv',
      limits: { bytesMax: 10 },
    });
    await assert.rejects(Array.fromAsync(large), refusedAs('payload_too_large'));
    const broken = new Readable({ read: () => void broken.destroy(new Error('cut mid-file')) });
    await assert.rejects(Array.fromAsync(readTable(broken, { name: 'a.csv' })), /cut mid-file/);
  },
);

test('leaving the loop early is no error', async () => {
  for await (const row of readTable(samples.put('1\n2\n3\n'), { name: 'a.csv' })) {
    assert.deepEqual(row.cells, ['1']);
    break;
  }
});

test('a file without quotes is read as one with quotes is', async () => {
  const unit = fc.constantFrom('王', 'a', '1', ',', ',', '\n', '\r', '\r\n', '`', '=', ' ', '\t');
  const content = fc.array(unit, { maxLength: 60 }).map((units) => units.join(''));
  await fc.assert(
    fc.asyncProperty(content, async (plain) => {
      // From the first quote on the parser reads, which looks at every byte.
      const parsed = await rowsOf(`"名",单,1,2,3,4\n${plain}`);
      const cut = await rowsOf(`名,单,1,2,3,4\n${plain}`);
      assert.deepEqual(cut, parsed);
    }),
    { numRuns: 300 },
  );
});

test('a row that lies across two pieces of a file is one row, and so is its line end', async () => {
  for (let shift = 0; shift < 12; shift += 1) {
    const rows = await cellsOf(`${'a'.repeat(shift)}\n${'王,345678\r\n'.repeat(6_000)}`);
    const strange = rows.slice(shift === 0 ? 0 : 1).filter((cells) => cells[1] !== '345678');
    assert.deepEqual([rows.length, strange], [shift === 0 ? 6_000 : 6_001, []]);
  }
});

test('quotes may begin anywhere in a file, and close in another piece of it', async () => {
  const plain = 'x,1234567\n'.repeat(5_000);
  const long = 'y'.repeat(9_000);
  const quoted = `"${long}\n${long.slice(0, 900)}",2\n`;
  const rows = await cellsOf(`${plain}a,b\n${quoted.repeat(9)}${plain}`);
  assert.equal(rows.length, 10_010);
  assert.deepEqual(rows[5_001], [`${long}\n${long.slice(0, 900)}`, '2']);
  assert.deepEqual(rows.at(-1), ['x', '1234567']);
});
