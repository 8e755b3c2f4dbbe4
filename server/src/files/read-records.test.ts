import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Column } from '@huiquan/domain/files/header.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { readRecords } from './read-records.ts';
import type { TableRecord } from './read-records.ts';
import { readTable } from './read-table.ts';
import { sampleFolder, sampleXlsx } from './zip-samples.ts';

const samples = sampleFolder();
after(samples.remove);

type Key = 'name' | 'phone' | 'face' | 'amount' | 'id';
const columns: readonly Column<Key>[] = [
  { key: 'name', names: ['姓名'], required: true, filled: true },
  { key: 'phone', names: ['手机号'], required: true, filled: true, identifier: true },
  { key: 'face', names: ['消费券面值'], required: true },
  { key: 'amount', names: ['发放金额'], required: true },
  { key: 'id', names: ['身份证号'], identifier: true },
];

async function recordsOf(name: string, content: Buffer | string): Promise<TableRecord<Key>[]> {
  const rows = readTable(samples.put(content), { name });
  return Array.fromAsync(readRecords(rows, columns, 'roster_file_invalid'));
}

const header = '姓名,手机号,消费券面值,发放金额,身份证号';

test('the header is found below a title, in any order, and rows come by column', async () => {
  const records = await recordsOf(
    'a.csv',
    '消费券发放名单\n单位:乡宁县总工会,,,\n发放金额(元),姓名,序号,手机号,消费券面值\n300, 王小明 ,1,138,300\n',
  );
  assert.deepEqual(records, [
    {
      rowNumber: 4,
      values: { name: '王小明', phone: '138', face: '300', amount: '300', id: '' },
      problems: [],
    },
  ]);
});

test('a file without its columns is refused with what is missing or doubled', async () => {
  const lacking = recordsOf('a.csv', '姓名,电话,发放金额\n王,138,300\n');
  await assert.rejects(lacking, (error) => {
    assert.ok(error instanceof Refusal);
    assert.equal(error.code, 'roster_file_invalid');
    assert.deepEqual(error.details['missing'], ['手机号', '消费券面值']);
    return true;
  });
  const doubled = recordsOf('a.csv', `${header},姓名\n`);
  await assert.rejects(doubled, (error) => {
    assert.ok(error instanceof Refusal);
    assert.deepEqual(error.details['doubled'], ['姓名']);
    return true;
  });
  await assert.rejects(recordsOf('a.csv', ''), Refusal);
  await assert.rejects(recordsOf('a.csv', `${'1,2\n'.repeat(10)}${header}\n`), Refusal);
});

test('what is wrong with a cell is a problem of its row and of no other', async () => {
  const records = await recordsOf(
    'a.csv',
    [
      header,
      '王,13800138000,300,300,',
      ',1.38E+10,300,300,1.40202E+17',
      '=1+1,138****8000,300,300,,多余',
      '王\u202E明,13800138000,300,300,',
      '王\0,13800138000,300,300,',
      '李,13900139000,300,300,',
    ].join('\n'),
  );
  const problems = records.map((record) =>
    record.problems.map(({ code, column }) => `${column ?? '行'} ${code}`),
  );
  assert.deepEqual(problems, [
    [],
    ['姓名 value_missing', '手机号 number_in_text_cell', '身份证号 number_in_text_cell'],
    ['姓名 formula_not_allowed', '手机号 masked_value', '行 too_many_cells'],
    ['姓名 invalid_text'],
    ['姓名 invalid_text'],
    [],
  ]);
  assert.equal(records[2]?.values.name, '');
});

test(
  'an ID or phone stored as a number is never guessed, an amount stored as a ' + 'number is read',
  async () => {
    const text = (value: string): string => `<c t="inlineStr"><is><t>${value}</t></is></c>`;
    const number = (value: string): string => `<c><v>${value}</v></c>`;
    const heads = header.split(',').map(text).join('');
    const cells =
      text('王') + number('13800138000') + number('300') + number('300') + number('1.402E17');
    const good = text('王') + text('13800138000') + number('300.5') + text('300') + text('14020X');
    const rows = `<row>${heads}</row><row>${cells}</row><row>${good}</row>`;
    const records = await recordsOf('a.xlsx', sampleXlsx(rows));
    assert.deepEqual(records[0]?.problems, [
      { code: 'number_in_text_cell', column: '手机号' },
      { code: 'number_in_text_cell', column: '身份证号' },
    ]);
    assert.deepEqual(records[1]?.problems, []);
    assert.equal(records[1]?.values.face, '300.5');
  },
);

test('bytes that are no text in a file of mixed encodings are a problem of their row', async () => {
  const broken = Buffer.concat([
    Buffer.from(iconvHeader()),
    Buffer.from([0xff, 0xff, 0x2c, 0x31, 0x2c, 0x31, 0x2c, 0x31, 0x0a]),
  ]);
  const [record] = await recordsOf('a.csv', broken);
  assert.deepEqual(record?.problems, [{ code: 'invalid_text', column: '姓名' }]);
});

/** 姓名,手机号,消费券面值,发放金额 in GB18030. */
function iconvHeader(): Buffer {
  const hex = 'd0d5c3fb2ccad6bbfabac52ccffbb7d1c8afc3e6d6b52cb7a2b7c5bdf0b6ee0a';
  return Buffer.from(hex, 'hex');
}
