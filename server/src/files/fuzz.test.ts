import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { writeXlsxStream } from 'hucre/xlsx';
import { fileLimits } from './limits.ts';
import { readTable } from './read-table.ts';
import { sheetRows } from './sheet-rows.ts';
import { sampleFolder, sampleWorkbook, sampleXlsx } from './zip-samples.ts';

const samples = sampleFolder();
after(samples.remove);

/** Numbers that are the same in each run: mulberry32. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

async function realWorkbook(): Promise<Buffer> {
  const rows = Array.from({ length: 300 }, (_, at) => [`王小明${at}`, `1380013${at}`, 300]);
  const columns = [{ header: '姓名' }, { header: '手机号' }, { header: '面值' }];
  const stream = writeXlsxStream(rows, { name: '名单', columns, inlineStrings: false });
  return Buffer.concat(await Array.fromAsync(stream));
}

function mutated(file: Buffer, number: (below: number) => number): Buffer {
  if (number(3) === 0) return file.subarray(0, number(file.length));
  const copy = Buffer.from(file);
  for (let times = 1 + number(8); times > 0; times -= 1) copy[number(copy.length)] = number(256);
  return copy;
}

/** Through the whole door: a damaged file gives rows or a refusal, and soon. */
test(
  'sixty damaged workbooks end in rows or a refusal, none hangs and none fails ' + 'otherwise',
  async () => {
    const file = await realWorkbook();
    const number = numbersFrom(7);
    let refused = 0;
    for (let round = 0; round < 60; round += 1) {
      const started = performance.now();
      try {
        const path = samples.put(mutated(file, number));
        await Array.fromAsync(readTable(path, { name: 'a.xlsx', limits: { batchSecondsMax: 10 } }));
      } catch (error) {
        assert.ok(error instanceof Refusal, `round ${round}: ${String(error)}`);
        assert.notEqual(error.details['reason'], 'too_costly', `round ${round}`);
        refused += 1;
      }
      assert.ok(performance.now() - started < 10_000, `round ${round} took too long`);
    }
    assert.ok(refused > 20, `only ${refused} were refused`);
  },
);

/** Past the checksums: what the XML reader makes of damage that a careful attacker has signed. */
test('two hundred sheets with damaged XML end in rows or a refusal', async () => {
  const cells =
    '<c r="A1" t="inlineStr"><is><t>王&amp;明</t></is></c><c r="B1" s="1"><v>45197</v></c>' +
    '<c r="C1"><f>1</f><v>1</v></c><!-- x --><c r="D1" t="s"><v>0</v></c>';
  const number = numbersFrom(11);
  const name = 'xl/worksheets/sheet1.xml';
  const sheet = sampleWorkbook(`<row r="1">${cells}</row>`).get(name) ?? '';
  const outcomes = new Map<string, number>();
  for (let round = 0; round < 200; round += 1) {
    const damaged = mutated(Buffer.from(sheet), number).toString('latin1');
    const path = samples.put(sampleXlsx('', { [name]: damaged }));
    const outcome = await Array.fromAsync(sheetRows(path, fileLimits)).then(
      () => 'rows',
      (error: unknown) => {
        assert.ok(error instanceof Refusal, `round ${round}: ${String(error)}`);
        return error.code;
      },
    );
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  assert.ok((outcomes.get('rows') ?? 0) > 0, 'some damage must leave the sheet readable');
  assert.ok((outcomes.get('file_rejected') ?? 0) > 50, 'most damage must be seen');
});

test('two hundred damaged CSV files end in rows or a refusal', async () => {
  const number = numbersFrom(13);
  const text = Buffer.from(`姓名,手机号\r\n${'"王,小明",`13800138000\r\n'.repeat(50)}`);
  for (let round = 0; round < 200; round += 1) {
    const path = samples.put(mutated(text, number));
    await Array.fromAsync(readTable(path, { name: 'a.csv' })).catch((error: unknown) => {
      assert.ok(error instanceof Refusal, `round ${round}: ${String(error)}`);
    });
  }
});
