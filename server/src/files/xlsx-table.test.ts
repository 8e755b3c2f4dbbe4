import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { writeXlsxStream } from 'hucre/xlsx';
import { fileLimits } from './limits.ts';
import type { FileLimits } from './limits.ts';
import { readTable } from './read-table.ts';
import { sheetRows } from './sheet-rows.ts';
import type { TableRow } from './table-row.ts';
import { xlsxBatches } from './xlsx-table.ts';
import { sampleFolder, sampleWorkbook, sampleXlsx, sampleZip } from './zip-samples.ts';

const samples = sampleFolder();
after(samples.remove);

async function rowsOf(file: Buffer, limits: Partial<FileLimits> = {}): Promise<TableRow[]> {
  return Array.fromAsync(sheetRows(samples.put(file), { ...fileLimits, ...limits }));
}

function refusedAs(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Refusal && error.code === code;
}

const text = (reference: string, value: string): string =>
  `<c r="${reference}" t="inlineStr"><is><t>${value}</t></is></c>`;

test('a workbook of another program reads the same with inline and with common texts', async () => {
  for (const inlineStrings of [true, false]) {
    const stream = writeXlsxStream(
      [
        ['王小明', '13800138000', 300],
        ['李·四', null, 0.1],
      ],
      {
        name: '名单',
        columns: [{ header: '姓名' }, { header: '手机号' }, { header: '面值' }],
        inlineStrings,
      },
    );
    const file = Buffer.concat(await Array.fromAsync(stream));
    const rows = await Array.fromAsync(readTable(samples.put(file), { name: '名单.xlsx' }));
    assert.deepEqual(rows, [
      { rowNumber: 1, cells: ['姓名', '手机号', '面值'], numbers: [], flaws: [] },
      { rowNumber: 2, cells: ['王小明', '13800138000', '300'], numbers: [2], flaws: [] },
      { rowNumber: 3, cells: ['李·四', '', '0.1'], numbers: [2], flaws: [] },
    ]);
  }
});

test('a formula is a flaw of its cell and its value is not read', async () => {
  const [row] = await rowsOf(
    sampleXlsx(`<row r="7">${text('A7', '王')}<c r="B7"><f>1+1</f><v>2</v></c></row>`),
  );
  assert.equal(row?.rowNumber, 7);
  assert.deepEqual(row.cells, ['王']);
  assert.deepEqual(row.flaws, [{ column: 1, code: 'formula_not_allowed' }]);
});

test('a formula without a value does not hide in a row that looks blank', async () => {
  const [row] = await rowsOf(sampleXlsx('<row r="2"><c r="A2"><f>NOW()</f></c></row>'));
  assert.deepEqual(row?.flaws, [{ column: 0, code: 'formula_not_allowed' }]);
});

test('numbers are told from texts, read as people see them, and errors are flaws', async () => {
  const cells =
    '<c r="A1"><v>4.3499999999999996</v></c><c r="B1"><v>1.3800138E10</v></c>' +
    '<c r="C1" t="e"><v>#N/A</v></c><c r="D1" t="b"><v>1</v></c><c r="E1" s="1"><v>45197</v></c>' +
    '<c r="F1" s="1"><v>45197.5</v></c><c r="G1" t="str"><v>a_x000D_b</v></c><c r="H1"/>' +
    '<c r="I1" t="s"><v>9</v></c>';
  const [row] = await rowsOf(sampleXlsx(`<row r="1">${cells}</row>`));
  assert.deepEqual(row?.cells, [
    '4.35',
    '13800138000',
    '',
    'TRUE',
    '2023-09-28',
    '2023-09-28T12:00:00',
    'a\rb',
  ]);
  assert.deepEqual(row.numbers, [0, 1, 4, 5]);
  assert.deepEqual(row.flaws, [
    { column: 2, code: 'cell_error' },
    { column: 8, code: 'cell_error' },
  ]);
});

test('hidden sheets are passed over, hidden rows are flawed', async () => {
  const parts = sampleWorkbook(`<row r="1" hidden="1">${text('A1', '王')}</row>`);
  const book = (state: string): string =>
    '<workbook xmlns:r="x"><sheets><sheet name="a" sheetId="1" state="veryHidden" r:id="rId9"/>' +
    `<sheet name="b" sheetId="2" ${state} r:id="rId1"/></sheets></workbook>`;
  const [row] = await rowsOf(
    sampleXlsx(parts.get('xl/worksheets/sheet1.xml') ?? '', {
      ...Object.fromEntries(parts),
      'xl/workbook.xml': book(''),
    }),
  );
  assert.deepEqual(row?.flaws, [{ code: 'hidden_row' }]);
  const none = sampleXlsx('', { 'xl/workbook.xml': book('state="hidden"') });
  await assert.rejects(rowsOf(none), refusedAs('file_rejected'));
});

test(
  'of merged cells only the first has a value; readings beside characters are not ' + 'read',
  async () => {
    const run =
      '<c r="A1" t="inlineStr"><is><r><t>王</t></r><r><t> 明</t></r><rPh><t>オウ</t></rPh></is></c>';
    const parts = sampleWorkbook(`<row r="1">${run}</row><row r="2">${text('B2', '后')}</row>`);
    const sheet = (parts.get('xl/worksheets/sheet1.xml') ?? '').replace(
      '</sheetData>',
      '</sheetData><mergeCells count="1"><mergeCell ref="A1:A2"/></mergeCells>',
    );
    const rows = await rowsOf(sampleXlsx('', { 'xl/worksheets/sheet1.xml': sheet }));
    assert.deepEqual(
      rows.map((row) => row.cells),
      [['王 明'], ['', '后']],
    );
  },
);

test(
  'a cell at the far corner, too many columns, blank rows and a long cell are ' + 'limits',
  async () => {
    const far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>';
    await assert.rejects(rowsOf(sampleXlsx(far)), refusedAs('sheet_limits'));
    const beyond = '<row r="1048577"><c r="A1048577"><v>1</v></c></row>';
    await assert.rejects(rowsOf(sampleXlsx(beyond)), refusedAs('sheet_limits'));
    const wide = `<row r="1">${'<c><v>1</v></c>'.repeat(201)}</row>`;
    await assert.rejects(rowsOf(sampleXlsx(wide)), refusedAs('sheet_limits'));
    const allowed = `<row r="1">${'<c><v>1</v></c>'.repeat(200)}</row>`;
    assert.equal((await rowsOf(sampleXlsx(allowed)))[0]?.cells.length, 200);
    const long = `<row r="1">${text('A1', 'x'.repeat(10_001))}</row>`;
    await assert.rejects(rowsOf(sampleXlsx(long)), refusedAs('sheet_limits'));
    const styled = '<row s="1"><c s="1"/></row>'.repeat(1001);
    await assert.rejects(
      rowsOf(sampleXlsx(styled), { blankRowsMax: 1000 }),
      refusedAs('sheet_limits'),
    );
  },
);

test('bombs are refused before or while they inflate', async () => {
  const zeros = Buffer.alloc(50 * 1024 * 1024, 0x20);
  const parts = sampleWorkbook('');
  const bomb = (claimedBytes: number): Buffer =>
    sampleZip([
      ...Array.from(parts, ([name, content]) => ({ name, content })),
      { name: 'xl/worksheets/sheet2.xml', content: zeros, claimedBytes },
    ]);
  await assert.rejects(rowsOf(bomb(zeros.length)), refusedAs('file_rejected'));
  await assert.rejects(rowsOf(bomb(1000)), refusedAs('file_rejected'));
  const many = { partsMax: 3 };
  await assert.rejects(rowsOf(sampleXlsx(''), many), refusedAs('file_rejected'));
  const nested = `<row r="1">${'<a>'.repeat(1000)}`;
  await assert.rejects(rowsOf(sampleXlsx(nested)), refusedAs('file_rejected'));
  const tag = `<row r="1" x="${'y'.repeat(400_000)}"/>`;
  await assert.rejects(rowsOf(sampleXlsx(tag)), refusedAs('file_rejected'));
});

test('cells that repeat in a row and styles without end cannot fill the memory', async () => {
  const repeated = `<row r="1">${'<c r="A1"><v>1</v></c>'.repeat(3)}</row>`;
  await assert.rejects(rowsOf(sampleXlsx(repeated)), refusedAs('file_rejected'));
  const styles = `<styleSheet>${'<xf/>'.repeat(100_001)}</styleSheet>`;
  await assert.rejects(
    rowsOf(sampleXlsx('', { 'xl/styles.xml': styles })),
    refusedAs('file_rejected'),
  );
});

test(
  'parts that share bytes, climbing or doubled names and encrypted parts are ' + 'refused',
  async () => {
    const good = Array.from(sampleWorkbook(''), ([name, content]) => ({ name, content }));
    const withPart = (name: string, flags = 0): Buffer =>
      sampleZip([...good, { name, content: '<x/>', flags }]);
    assert.deepEqual(await rowsOf(withPart('xl/x.xml')), []);
    await assert.rejects(rowsOf(withPart('../x.xml')), refusedAs('file_rejected'));
    await assert.rejects(rowsOf(withPart('xl/styles.xml')), refusedAs('file_rejected'));
    await assert.rejects(rowsOf(withPart('xl/x.xml', 1)), refusedAs('file_rejected'));
    const shared = sampleZip(good);
    const second = shared.indexOf('PK\x01\x02', shared.indexOf('PK\x01\x02') + 4, 'latin1');
    shared.writeUInt32LE(0, second + 42);
    await assert.rejects(rowsOf(shared), refusedAs('file_rejected'));
  },
);

test('leaving the loop ends the worker; a worker without time is a refusal', async () => {
  const rows = Array.from({ length: 2000 }, (_, at) => `<row r="${at + 1}"><c><v>1</v></c></row>`);
  const path = samples.put(sampleXlsx(rows.join('')));
  for await (const row of readTable(path, { name: 'a.xlsx' })) {
    assert.equal(row.rowNumber, 1);
    break;
  }
  const hasty = readTable(path, { name: 'a.xlsx', limits: { batchSecondsMax: 0.001 } });
  await assert.rejects(Array.fromAsync(hasty), refusedAs('file_rejected'));
  const workers = process.getActiveResourcesInfo().filter((name) => /worker|message/iu.test(name));
  assert.deepEqual(workers, []);
  await assert.rejects(Array.fromAsync(readTable('/nowhere', { name: 'a.xlsx' })), /ENOENT/);
});

test(
  'a sheet whose every cell is as long as allowed is read without running out of ' + 'memory',
  async () => {
    const strings = `<sst><si><t>${'王'.repeat(10_000)}</t></si></sst>`;
    const row = `<row>${'<c t="s"><v>0</v></c>'.repeat(200)}</row>`;
    const relations = (sampleWorkbook('').get('xl/_rels/workbook.xml.rels') ?? '').replace(
      '</Relationships>',
      '<Relationship Id="rId3" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    );
    const file = sampleXlsx(row.repeat(100), {
      'xl/sharedStrings.xml': strings,
      'xl/_rels/workbook.xml.rels': relations,
    });
    let rows = 0;
    for await (const { cells } of readTable(samples.put(file), { name: 'a.xlsx' })) {
      rows += 1;
      assert.equal(cells[199]?.length, 10_000);
    }
    assert.equal(rows, 100);
  },
);

test('a file that vanishes while it is read is a fault, not a bad file', async () => {
  await assert.rejects(Array.fromAsync(xlsxBatches('/nowhere', fileLimits)), /ENOENT/);
});
