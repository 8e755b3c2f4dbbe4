import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fen, yuanText } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { transact } from '../server/src/db/transact.ts';
import {
  importBankStatement,
  type Imported,
  sealStatement,
} from '../server/src/features/fund/bank-import.ts';
import { readStatement } from '../server/src/features/fund/bank-statement.ts';
import {
  approveConfirmation,
  listConfirmations,
} from '../server/src/features/fund/confirmation.ts';
import { openFund, sealAccount } from '../server/src/features/fund/fund.ts';
import {
  type FundingOrder,
  prepareFundingOrder,
} from '../server/src/features/fund/funding-order.ts';
import { someStaff } from '../server/src/given/organisation.ts';
import type { Stage } from './sx20e-stage.ts';
import { at } from './sx20e-stage.ts';
import type { Branch } from './sx20e-tree.ts';
import { faceFen } from './sx20e-volumes.ts';

/** A branch union with its fund. */
export type FundedBranch = Branch & { readonly fundId: string };

const branchesPerAct = 100;
const confirmationsPerPage = 100;
const header = '交易日期,交易时间,交易流水号,收入,支出,余额,摘要,附言,对方户名,对方账号';

type Order = FundingOrder & { readonly payer: string };

/**
 * Every branch union opens its fund, states what it pays for its electronic vouchers, pays with the
 * remark 1400, and a second person confirms what the bank's statement shows.
 * @policy SX20 一(二)1, 一(三); requirement F1
 */
export async function fundBranches(
  stage: Stage,
  programmeId: string,
  branches: readonly Branch[],
): Promise<readonly FundedBranch[]> {
  await at(stage, '2020-04-27T09:00:00+08:00');
  const funded: FundedBranch[] = [];
  const orders: Order[] = [];
  for (let from = 0; from < branches.length; from += branchesPerAct) {
    const chunk = branches.slice(from, from + branchesPerAct);
    const done = await openFunds(stage, programmeId, chunk);
    funded.push(...done.funded);
    orders.push(...done.orders);
  }
  await at(stage, '2020-04-29T16:00:00+08:00');
  if (orders.length > 0) {
    const { waiting } = await importPayments(stage, programmeId, orders);
    if (waiting !== orders.length) throw new Error(`${waiting} of ${orders.length} payments fit`);
  }
  await confirmAll(stage, programmeId);
  return funded;
}

async function openFunds(stage: Stage, programmeId: string, branches: readonly Branch[]) {
  const { keys } = stage;
  const funded: FundedBranch[] = [];
  const orders: Order[] = [];
  await transact(stage.db, someStaff(), async (tx) => {
    for (const branch of branches) {
      const { organisationId: funderId, name } = branch;
      const account = { name, number: '6228480402564890018', bank: '中国银行' };
      const returnAccount = sealAccount(keys, account);
      const place = { pool: 'voucher', funder: 'dues', channel: 'unionpay_app' };
      const fund = { programmeId, funderId, ...place, returnAccount };
      const { fundId } = await openFund(tx, fund);
      funded.push({ ...branch, fundId });
      if (branch.electronic === 0) continue;
      const lines = [{ fundId, amountFen: fen(faceFen * BigInt(branch.electronic)) }];
      orders.push({ ...(await prepareFundingOrder(tx, { lines, keys })), payer: name });
    }
  });
  return { funded, orders };
}

/** A payment as the bank's statement shows it. */
export type Payment = Pick<FundingOrder, 'accountNumber' | 'remarkCode' | 'totalFen'> & {
  readonly payer: string;
};

/** Imports the statement of the account that `payments` came in on, as the bank writes it. */
export async function importPayments(
  stage: Stage,
  programmeId: string,
  payments: readonly Payment[],
): Promise<Imported> {
  const [first] = payments;
  if (first === undefined) throw new Error('no payment');
  const { accountNumber } = first;
  const file = newId();
  const rows = payments.map(({ totalFen, payer, remarkCode }, n) => {
    const serial = `${file}-${n}`;
    return `2020-04-28,10:00:05,${serial},${yuanText(totalFen)},,,转账,${remarkCode},${payer},6222`;
  });
  const bytes = Buffer.from([header, ...rows, ''].join('\n'));
  const digest = createHash('sha256').update(bytes).digest();
  const fileName = `${file}.csv`;
  const path = join(stage.folder, fileName);
  await writeFile(path, bytes);
  const read = await readStatement(path, { name: fileName, accountNumber });
  const statement = sealStatement(stage.keys, read);
  const handed = { programmeId, accountNumber, fileName, digest, statement };
  return transact(stage.db, someStaff(), (tx) => importBankStatement(tx, handed));
}

/** A second person, at the operator's, confirms every payment that found its order. */
export async function confirmAll(stage: Stage, programmeId: string): Promise<void> {
  const operator = someStaff();
  for (;;) {
    const state = 'prepared';
    const confirmed = await transact(stage.db, operator, async (tx) => {
      const page = { programmeId, state, limit: confirmationsPerPage } as const;
      const waiting = await listConfirmations(tx, page);
      for (const { confirmationId } of waiting) await approveConfirmation(tx, { confirmationId });
      return waiting.length;
    });
    if (confirmed === 0) return;
  }
}
