import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { fileKindOf } from './file-kind.ts';
import { displayName, extensionOf } from './file-name.ts';
import { readTable } from './read-table.ts';
import { sampleFolder, sampleXlsx, sampleZip } from './zip-samples.ts';

const samples = sampleFolder();
after(samples.remove);

const row = '<row r="1"><c r="A1"><v>1</v></c></row>';

async function answerTo(name: string, content: Buffer | string): Promise<string> {
  try {
    const rows = await Array.fromAsync(readTable(samples.put(content), { name }));
    return `${rows.length} rows`;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.code;
  }
}

test('what a file is decides its content, and its name must agree', async () => {
  assert.equal(await fileKindOf(samples.put(sampleXlsx(row)), '名单.XLSX'), 'xlsx');
  assert.equal(await fileKindOf(samples.put('a,b'), '名单.csv'), 'csv');
  assert.equal(await answerTo('a.xlsx', sampleXlsx(row)), '1 rows');
});

test(
  'a csv or old xls renamed to xlsx, an xlsx renamed to csv and other kinds are ' + 'not allowed',
  async () => {
    const xls = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2000)]);
    assert.equal(await answerTo('a.xlsx', 'a,b\n1,2\n'), 'file_type_not_allowed');
    assert.equal(await answerTo('a.xlsx', xls), 'file_type_not_allowed');
    assert.equal(await answerTo('a.xls', xls), 'file_type_not_allowed');
    assert.equal(await answerTo('a.csv', xls), 'file_type_not_allowed');
    assert.equal(await answerTo('a.csv', sampleXlsx(row)), 'file_type_not_allowed');
    assert.equal(await answerTo('a.xlsm', sampleXlsx(row)), 'file_type_not_allowed');
    assert.equal(await answerTo('a', 'a,b'), 'file_type_not_allowed');
    assert.equal(await answerTo('a.csv', '%PDF-1.7 ...'), 'file_type_not_allowed');
    assert.equal(await answerTo('a.csv', '<html><table>'), 'file_type_not_allowed');
    assert.equal(await answerTo('a.csv', Buffer.alloc(500)), 'file_type_not_allowed');
    assert.equal(await answerTo('a.xlsx', ''), 'file_type_not_allowed');
  },
);

test('a workbook with a password is refused as such', async () => {
  const ole = Buffer.from('d0cf11e0a1b11ae1', 'hex');
  const entry = Buffer.from('EncryptedPackage', 'utf16le');
  const locked = Buffer.concat([ole, Buffer.alloc(70_000), entry, Buffer.alloc(100)]);
  assert.equal(await answerTo('a.xlsx', locked), 'file_rejected');
});

test('a zip of programs, a text document and macros are not allowed', async () => {
  const program = sampleZip([{ name: 'setup.exe', content: 'MZ' }]);
  assert.equal(await answerTo('a.xlsx', program), 'file_type_not_allowed');
  const macro = (kind: string): string => `<Types><Override ContentType="${kind}"/></Types>`;
  const types = 'application/vnd.ms-excel.sheet.macroEnabled.main+xml';
  const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
  const named = (kind: string): Buffer => sampleXlsx(row, { '[Content_Types].xml': macro(kind) });
  assert.equal(await answerTo('a.xlsx', named(types)), 'file_type_not_allowed');
  assert.equal(await answerTo('a.xlsx', named(word)), 'file_type_not_allowed');
  const project = sampleXlsx(row, { 'xl/vbaProject.bin': 'x' });
  assert.equal(await answerTo('a.xlsx', project), 'file_type_not_allowed');
  const hidden = sampleXlsx(row, { 'xl/media/setup.exe': 'MZ' });
  assert.equal(await answerTo('a.xlsx', hidden), 'file_type_not_allowed');
});

test(
  'a DTD in any part, an entity of its own, links to other files and objects are ' + 'refused',
  async () => {
    const dtd = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>';
    const parts = ['xl/worksheets/sheet1.xml', 'xl/styles.xml', 'docProps/app.xml', '_rels/.rels'];
    for (const part of [...parts, 'xl/theme/theme1.xml', '[Content_Types].xml']) {
      assert.equal(
        await answerTo('a.xlsx', sampleXlsx(row, { [part]: dtd })),
        'file_rejected',
        part,
      );
    }
    const entity = '<row r="1"><c r="A1" t="inlineStr"><is><t>&xxe;</t></is></c></row>';
    assert.equal(await answerTo('a.xlsx', sampleXlsx(entity)), 'file_rejected');
    const link = { 'xl/externalLinks/externalLink1.xml': '<x/>' };
    assert.equal(await answerTo('a.xlsx', sampleXlsx(row, link)), 'file_rejected');
    const relation = (type: string): Record<string, string> => ({
      'xl/worksheets/_rels/sheet1.xml.rels': [
        `<Relationships><Relationship Id="r" Type="x/${type}" `,
        'Target="http://169.254.169.254/" TargetMode="External"/></Relationships>',
      ].join(''),
    });
    assert.equal(await answerTo('a.xlsx', sampleXlsx(row, relation('image'))), 'file_rejected');
    assert.equal(await answerTo('a.xlsx', sampleXlsx(row, relation('hyperlink'))), '1 rows');
    const utf16 = { 'docProps/app.xml': '<?xml version="1.0" encoding="UTF-16"?><x/>' };
    assert.equal(await answerTo('a.xlsx', sampleXlsx(row, utf16)), 'file_rejected');
  },
);

test(
  'the shown name has no folders, direction marks or NUL and at most a hundred ' + 'characters',
  () => {
    assert.equal(displayName('../../etc/名单.xlsx'), '名单.xlsx');
    assert.equal(displayName('C:\\temp\\名单.csv'), '名单.csv');
    assert.equal(displayName('名单\u202Exslx.exe\0'), '名单xslx.exe');
    assert.equal(displayName('con.xlsx'), 'con.xlsx');
    assert.equal(displayName('..'), '未命名文件');
    assert.equal(displayName('\0'), '未命名文件');
    const long = displayName(`${'𬭩'.repeat(300)}.xlsx`);
    assert.equal(Array.from(long).length, 100);
    assert.ok(long.endsWith('….xlsx'));
    assert.ok(displayName('a\uD800.csv').isWellFormed());
    assert.equal(extensionOf('a/b.tar.XLSX'), 'xlsx');
    assert.equal(extensionOf('csv'), '');
  },
);
