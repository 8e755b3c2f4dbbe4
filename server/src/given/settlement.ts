import { fen, type Fen } from '@huiquan/domain/fen.ts';
import { dayOf, startOfDay } from '@huiquan/domain/instant.ts';
import type { Db } from '../db/pool.ts';
import { transact, type Actor } from '../db/transact.ts';
import { approveRun } from '../features/settlement/decide-run.ts';
import type { Payer } from '../features/settlement/pay-run.ts';
import { prepareRuns, type PreparedRun } from '../features/settlement/prepare-run.ts';
import type { Redemption } from '../features/redemption/decide.ts';
import { makeBankSandbox, type BankSandbox } from '../ports/bank.sandbox.ts';
import type { Keys } from '../keys.ts';
import { givenRedemption, givenShopping, type Shopping } from './redemption.ts';
import { someStaff } from './organisation.ts';
import { smallPlan } from './programme.ts';
import { setClock } from './voucher.ts';

/** The special account that the small plan names. */
export const specialAccount = '6200001234567890';

/** The small plan in which a union beside the organiser approves payments as finance does. */
export const unionApprovesPlan = smallPlan.replace(
  'approvals: []',
  `  - { id: city_union, name: 市总工会, roles: [union] }
approvals:
  - { act: pay_settlement, prepared_by: [commerce], approved_by: [finance, city_union] }`,
);

type Owner = Parameters<typeof setClock>[0];

/** A shop with redemptions of yesterday, and a bank that holds the programme's money. */
export type Settling = Shopping & {
  readonly bank: BankSandbox;
  readonly payer: Payer;
  readonly clerk: Actor;
  readonly boss: Actor;
  /** `count` committed redemptions of 40元 each out of 180元 orders. */
  readonly redeem: (
    count: number,
    choices?: { readonly merchant?: Shopping['merchant'] },
  ) => Promise<readonly Redemption[]>;
  /** Sets the clock of the database and of the bank. */
  readonly at: (text: string) => Promise<void>;
  /** The runs of everything before the last midnight, prepared by the clerk. */
  readonly prepare: () => Promise<PreparedRun[]>;
  /** One run of everything before the last midnight, approved by the boss. */
  readonly approved: () => Promise<PreparedRun>;
  /** What one account of the merchant and fund holds. */
  readonly balance: (kind: string, merchantId?: string) => Promise<bigint>;
};

/** Opens the shop on 2023-09-01 at noon. */
export async function givenSettling(
  db: Db,
  owner: Owner,
  keys?: Keys,
  given: Parameters<typeof givenShopping>[1] = {},
): Promise<Settling> {
  const clock = { now: Date.parse('2023-09-01T12:00:00+08:00') };
  const at = async (text: string) => {
    clock.now = Date.parse(text);
    await setClock(owner, text);
  };
  await at('2023-09-01T12:00:00+08:00');
  const shopping = await givenShopping(db, given, keys);
  const bank = makeBankSandbox({ now: () => clock.now });
  const openingFen = fen(10_000_000n);
  bank.openAccount({ account: specialAccount, name: '消费券专户', openingFen });
  const [clerk, boss] = [someStaff(), someStaff()];
  const { programmeId } = shopping.programme;
  const prepare = () =>
    transact(db, clerk, (tx) =>
      prepareRuns(tx, { programmeId, cutOff: startOfDay(dayOf(tx.now)) }),
    );
  return {
    ...shopping,
    bank,
    payer: { db, keys: shopping.keys, bank },
    clerk,
    boss,
    at,
    prepare,
    redeem: async (count, choices = {}) => {
      const vouchers = await shopping.wallets(count, { validTo: farEnd });
      const made: Redemption[] = [];
      for (const { personId } of vouchers) {
        const merchant = choices.merchant ?? shopping.merchant;
        made.push(
          await givenRedemption(db, { ...shopping, merchant, personId, orderFen: 18_000n }),
        );
      }
      return made;
    },
    approved: async () => {
      const [run] = await prepare();
      if (run === undefined) throw new Error('nothing to settle');
      await transact(db, boss, (tx) => approveRun(tx, run));
      return run;
    },
    balance: async (kind, merchantId = shopping.merchant.merchantId) => {
      const { rows } = await db.pool.query<{ balance_fen: Fen }>(
        `select balance_fen from account_fold where fund_id = $1 and kind = $2
           and (merchant_id = $3 or merchant_id is null)`,
        [shopping.fundId, kind, merchantId],
      );
      return rows[0]?.balance_fen ?? 0n;
    },
  };
}

const farEnd = startOfDay('2023-12-15');
