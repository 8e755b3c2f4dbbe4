import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fen, sumFen, type Fen } from '@huiquan/domain/fen.ts';
import { dayOf, startOfDay } from '@huiquan/domain/instant.ts';
import type { Actor } from '../../server/src/db/transact.ts';
import { importBankStatement, sealStatement } from '../../server/src/features/fund/bank-import.ts';
import { readStatement } from '../../server/src/features/fund/bank-statement.ts';
import {
  approveConfirmation,
  listConfirmations,
} from '../../server/src/features/fund/confirmation.ts';
import { prepareFundingOrder } from '../../server/src/features/fund/funding-order.ts';
import { approveRun } from '../../server/src/features/settlement/decide-run.ts';
import { payRuns } from '../../server/src/features/settlement/pay-run.ts';
import { prepareRuns } from '../../server/src/features/settlement/prepare-run.ts';
import type { World } from './world.ts';

type Payment = {
  readonly programmeId: string;
  readonly lines: readonly { readonly fundId: string; readonly amountFen: Fen }[];
  readonly payer: { readonly name: string; readonly account: string };
  readonly payTo?: { readonly name: string; readonly number: string; readonly bank: string };
  readonly preparer: Actor;
  readonly approver: Actor;
};

/**
 * Money comes in as it does in life: the funder announces it, pays it with the remark, the bank's
 * statement of the day is imported and matched, a second person confirms.
 */
export async function bringMoney(world: World, payment: Payment): Promise<void> {
  const { keys } = world.installation;
  const { programmeId, lines, payer, payTo, preparer, approver } = payment;
  const order = await world.act(preparer, (tx) =>
    prepareFundingOrder(tx, { lines, keys, payTo, payerName: payer.name }),
  );
  const account = order.accountNumber;
  world.bank.openAccount({ account, name: order.accountName });
  const amountFen = fen(sumFen(lines.map((line) => line.amountFen)));
  world.bank.depositByFunder({ account, amountFen, remark: order.remarkCode, payer });
  await importStatement(world, { programmeId, account, actor: preparer });
  const waiting = await world.act(approver, (tx) =>
    listConfirmations(tx, { programmeId, limit: 100 }),
  );
  for (const { confirmationId, state } of waiting) {
    if (state !== 'prepared') continue;
    await world.act(approver, (tx) => approveConfirmation(tx, { confirmationId }));
  }
}

async function importStatement(
  world: World,
  of: { readonly programmeId: string; readonly account: string; readonly actor: Actor },
): Promise<void> {
  const day = dayOf(world.now());
  const answer = await world.bank.statement(
    {
      account: of.account,
      fromDay: day,
      toDay: day,
      layout: 'debit_credit',
      encoding: 'gb18030',
    },
    { timeoutMs: 5_000 },
  );
  if (answer.outcome !== 'statement') throw new Error(`no statement: ${answer.outcome}`);
  const folder = await mkdtemp(join(tmpdir(), 'huiquan-demo-'));
  const path = join(folder, 'statement.csv');
  try {
    await writeFile(path, answer.bytes);
    const named = { name: answer.fileName, accountNumber: of.account };
    const statement = sealStatement(world.installation.keys, await readStatement(path, named));
    const digest = createHash('sha256').update(answer.bytes).digest();
    const { programmeId } = of;
    const file = { programmeId, accountNumber: of.account, fileName: answer.fileName, digest };
    await world.act(of.actor, (tx) => importBankStatement(tx, { ...file, statement }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Settles what was redeemed before today: prepared, approved by the finance bureau, paid. */
export async function settleDay(
  world: World,
  of: { readonly programmeId: string; readonly preparer: Actor; readonly approver: Actor },
): Promise<void> {
  const { db, keys } = world.installation;
  const cutOff = startOfDay(dayOf(world.now()));
  const { programmeId } = of;
  const runs = await world.act(of.preparer, (tx) => prepareRuns(tx, { programmeId, cutOff }));
  for (const run of runs) await world.act(of.approver, (tx) => approveRun(tx, run));
  const at = { db, keys, bank: world.bank };
  const robot: Actor = { kind: 'system', id: 'settlement' };
  await payRuns(at, robot);
  await payRuns(at, robot);
}
