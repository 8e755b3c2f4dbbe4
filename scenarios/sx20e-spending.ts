import { fen, type Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { addDays } from '@huiquan/domain/instant.ts';
import { type Actor, transact } from '../server/src/db/transact.ts';
import { registerMerchant } from '../server/src/features/merchant/application.ts';
import { addCashier, bindTerminal } from '../server/src/features/merchant/shop.ts';
import { decideRedemptions } from '../server/src/features/redemption/decide.ts';
import { tryRedemptions } from '../server/src/features/redemption/try.ts';
import { issuePaymentCodes } from '../server/src/features/wallet/payment-code.ts';
import { givenCreditCode } from '../server/src/given/merchant.ts';
import { at, type Stage } from './sx20e-stage.ts';
import { faceFen } from './sx20e-volumes.ts';

/** Where the article says the vouchers went; it tells no shares, so the load's are its own. */
const industries = [
  ['日用百货', 30],
  ['粮油果蔬', 25],
  ['超市便利加油', 20],
  ['宾馆餐娱', 15],
  ['其他（医药、交通、缴费等）', 10],
] as const;

export type Till = { readonly terminalId: string; readonly cashierId: string };

/** A shop with a till; it never applied: the mark of the network is what admits it. */
export function openShop(
  stage: Stage,
  shop: {
    readonly industry: string;
    readonly regionCode: string;
    readonly acceptanceMark: boolean;
  },
): Promise<Till> {
  const { industry, regionCode, acceptanceMark } = shop;
  const name = `${industry.slice(0, 4)}商店`;
  const account = { name, number: '6228480402564890018', bank: '中国银行' };
  const shops = [{ name, address: '迎泽大街1号', regionCode }];
  const facts = { name, regionCode, industry, aboveQuota: true, account, acceptanceMark };
  return transact(stage.db, operator, async (tx) => {
    const codes = { uscc: givenCreditCode(), ownerId: newId() };
    const { shopIds } = await registerMerchant(tx, stage.keys, { ...facts, ...codes, shops });
    const [shopId = ''] = shopIds;
    const cashierId = newId();
    await addCashier(tx, { shopId, staffId: cashierId });
    const { terminalId } = await bindTerminal(tx, stage.keys, { shopId, label: '1号收银台' });
    return { terminalId, cashierId };
  });
}

/** The tills of one shop per industry, each as often as its share. */
export async function openShops(stage: Stage): Promise<readonly Till[]> {
  const tills: Till[] = [];
  for (const [industry, share] of industries) {
    const shop = { industry, regionCode: '140106', acceptanceMark: true };
    const till = await openShop(stage, shop);
    tills.push(...Array.from({ length: share }, () => till));
  }
  return tills;
}

const operator: Actor = { kind: 'system', id: 'sx20e-load' };
const ordersPerGroup = 500;
const spreadYuan = 99n;

/** `count` orders that add up to `totalFen`, each above the face by up to 199元. */
export function ordersOf(totalFen: Fen, count: number): (n: number) => Fen {
  const mean = totalFen / BigInt(count);
  const rest = totalFen - mean * BigInt(count);
  if (mean - spreadYuan * 100n <= faceFen) throw new RangeError('orders would not exceed the face');
  return (n) => {
    const isPaired = n < count - (count % 2);
    const step = isPaired ? (BigInt(n >> 1) % (spreadYuan + 1n)) * 100n : 0n;
    return fen(mean + (n % 2 === 0 ? step : -step) + (BigInt(n) < rest ? 1n : 0n));
  };
}

type Spending = {
  readonly programmeId: string;
  readonly count: number;
  readonly totalFen: Fen;
  readonly tills: readonly Till[];
};

/**
 * `count` members pay with their voucher, group by group over the days from 9 May to 9 July: codes,
 * tries and commits through the commands that single requests use.
 * @policy SX20 一(二)5
 */
export async function spend(stage: Stage, spending: Spending): Promise<void> {
  const { programmeId, count, totalFen } = spending;
  const orderOf = ordersOf(totalFen, count);
  const { rows } = await stage.db.pool.query<{ person_id: string }>(
    `select person_id from voucher where programme_id = $1 order by person_id limit $2`,
    [programmeId, count],
  );
  const days = 62;
  for (let from = 0; from < rows.length; from += ordersPerGroup) {
    const day = addDays('2020-05-09', Math.floor((from * days) / rows.length));
    await at(stage, `${day}T18:30:00+08:00`);
    const persons = rows.slice(from, from + ordersPerGroup).map((row) => row.person_id);
    await payGroup(stage, spending.tills, {
      persons,
      orders: persons.map((_, n) => orderOf(from + n)),
    });
  }
}

type Group = { readonly persons: readonly string[]; readonly orders: readonly Fen[] };

async function payGroup(stage: Stage, tills: readonly Till[], group: Group): Promise<void> {
  const { db, keys } = stage;
  const { persons, orders } = group;
  const requests = persons.map((personId) => ({
    personId,
    sessionId: newId(),
    requestId: newId(),
  }));
  const codes = await transact(db, operator, (tx) => issuePaymentCodes(tx, keys, requests));
  const scans = codes.map((code, n) => {
    const till = tills[n % tills.length];
    const orderFen = orders[n];
    if ('refused' in code) throw new Error(`no code: ${code.refused}`);
    if (till === undefined || orderFen === undefined) throw new Error('no till or no order');
    return { ...till, code: code.digits, orderFen, payment: 'merchant' as const };
  });
  const tries = await transact(db, operator, (tx) => tryRedemptions(tx, keys, scans));
  const decisions = tries.map((outcome, n) => {
    const scan = scans[n];
    if (outcome.refused !== undefined || scan === undefined) {
      throw new Error(`not tried: ${outcome.refused}`);
    }
    const { redemptionId } = outcome.tried;
    const { terminalId, orderFen } = scan;
    return { redemptionId, terminalId, orderFen, to: 'committed', by: 'till' } as const;
  });
  const decided = await transact(db, operator, (tx) => decideRedemptions(tx, decisions));
  const refused = decided.find((one) => one.refused !== undefined);
  if (refused !== undefined) throw new Error(`not committed: ${refused.refused}`);
}
