import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { yuan } from '@huiquan/domain/fen.ts';
import { instantFromText } from '@huiquan/domain/instant.ts';
import { makeBankSandbox } from '../../ports/bank.sandbox.ts';
import { readStatement } from './bank-statement.ts';

const account = '6200141029000018';
const paidAt = instantFromText('2023-08-28T10:00:00+08:00') ?? 0;

/** One day's statement of an account that a funder paid into, as the bank hands it out. */
async function readBack(
  layout: 'debit_credit' | 'direction',
  encoding: 'utf-8' | 'gb18030',
  tradedAt?: number,
) {
  const bank = makeBankSandbox({ now: () => paidAt });
  bank.openAccount({ account, name: '乡宁县促消费专户' });
  const payer = { name: '乡宁县财政局', account: '0400123456789' };
  const deposit = { account, amountFen: yuan(6_000_000), remark: '1400', payer };
  bank.depositByFunder(tradedAt === undefined ? deposit : { ...deposit, tradedAt });
  const asked = { account, fromDay: '2023-08-28', toDay: '2023-08-28', layout, encoding };
  const answer = await bank.statement(asked, { timeoutMs: 1_000 });
  assert.ok(answer.outcome === 'statement');
  const folder = await mkdtemp(join(tmpdir(), 'statement-'));
  try {
    const path = join(folder, 'statement.csv');
    await writeFile(path, answer.bytes);
    return await readStatement(path, { name: answer.fileName, accountNumber: account });
  } finally {
    await rm(folder, { recursive: true });
  }
}

for (const layout of ['debit_credit', 'direction'] as const) {
  for (const encoding of ['utf-8', 'gb18030'] as const) {
    test(`a ${layout} statement in ${encoding} is read to its closing balance`, async () => {
      const { lines, closingFen } = await readBack(layout, encoding);
      assert.equal(lines.length, 1);
      const [line] = lines;
      assert.deepEqual(
        [line?.direction, line?.amountFen, line?.postedAt, closingFen],
        ['in', yuan(6_000_000), paidAt, yuan(6_000_000)],
      );
      assert.match(line?.remark ?? '', /1400/);
    });
  }
}

test(
  'a line traded late in the evening belongs to the day on which the bank booked ' + 'it',
  async () => {
    const { lines } = await readBack('direction', 'utf-8', paidAt - 12 * 3_600_000);
    assert.equal(lines[0]?.postedAt, paidAt);
  },
);
