import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import { atTime } from '@huiquan/domain/instant.ts';
import { transact } from '../server/src/db/transact.ts';
import { closeProgramme, returnDay } from '../server/src/features/expiry/closing.ts';
import * as expiry from '../server/src/features/expiry/expiry.contract.ts';
import { markReturned, markReturnSent } from '../server/src/features/expiry/return.ts';
import { sealAccount, setReturnAccount } from '../server/src/features/fund/fund.ts';
import { givenMerchant } from '../server/src/given/merchant.ts';
import { someStaff } from '../server/src/given/organisation.ts';
import type { TestResident, TestStaff, TestTill } from '../server/src/http/test-app.ts';
import {
  at,
  balance,
  closeShenmu,
  issuePacks,
  openShenmu,
  pay,
  prefund,
  someResidents,
  type Shenmu,
} from './sm23-stage.ts';

let stage: Shenmu;
let residents: readonly TestResident[];
let till: TestTill;

const funded = fen(200_000n);

/** Each bank holds 2,000元; five residents have their packs, 1,000元 together. */
before(async () => {
  stage = await openShenmu();
  const { t, programme, funds } = stage;
  await at(t, '2023-01-19T09:00:00');
  for (const channel of ['spd', 'abc']) {
    await prefund(stage, { channel, amountFen: funded, paid: true });
    const account = { name: '神木市财政局', number: '2600123456789', bank: '神木农商行' };
    const sealed = { fundId: funds[channel] ?? '', account: sealAccount(t.keys, account) };
    await transact(t.db, someStaff(), (tx) => setReturnAccount(tx, sealed));
  }
  const personIds = await issuePacks(stage, someResidents(5));
  const { programmeId } = programme;
  const place = { programmeId, category: 'department_store', regionCode: '610881' };
  const merchant = await givenMerchant(t.db, { ...place, keys: t.keys });
  await at(t, '2023-05-31T10:00:00');
  residents = await Promise.all(personIds.map((personId) => t.signInResident(personId)));
  till = await t.terminal(merchant.shopId);
});
after(() => closeShenmu(stage));

function officer(party: string, role: 'COM' | 'FIN' | 'BNK'): Promise<TestStaff> {
  const { t, programme } = stage;
  return t.signInStaff(role, { kind: 'party' }, programme.parties[party]);
}

const who = (n: number) => residents[n] ?? assert.fail();

test('八（三）逾期作废,不予补偿:5月31日最后一毫秒可用,24时整过期', async () => {
  const { t } = stage;
  const order = { till, orderFen: 4_000 };
  await at(t, '2023-05-31T23:59:59.999');
  assert.equal((await pay(stage, who(0), order)).json.deductionFen, 4_000);
  await at(t, '2023-06-01T00:00:00.000');
  assert.equal((await pay(stage, who(0), order)).code, 'voucher_expired');
  assert.equal((await pay(stage, who(1), order)).code, 'voucher_expired');
});

test('十一（三）活动结束后结清:由市工贸局申请、市政府批准,账上不再有可用的券款', async () => {
  const { t, programme } = stage;
  await at(t, '2023-06-01T09:00:00');
  const params = { programmeId: programme.programmeId };
  const bureau = await officer('industry_trade_bureau', 'COM');
  const asked = await t.request(expiry.prepareClosingRoute, { params }, bureau);
  assert.equal(asked.status, 201, asked.text);
  const { closingOrderId } = asked.json;
  const decision = { params: { closingOrderId } };
  const alone = await t.request(expiry.approveClosingRoute, decision, bureau);
  const waiting = await t.request(expiry.listClosingsRoute, { params }, bureau);
  const [one] = waiting.json.items;
  assert.deepEqual([one.closingOrderId, one.state], [closingOrderId, 'prepared']);
  assert.ok(alone.status >= 400, 'who asks does not approve');
  const city = await officer('city_government', 'COM');
  const approved = await t.request(expiry.approveClosingRoute, decision, city);
  assert.equal(approved.status, 202, approved.text);
  await closeProgramme(t.db, someStaff(), closingOrderId);
  const left = await Promise.all(
    ['available', 'committed', 'outstanding'].map((kind) => balance(stage, kind)),
  );
  assert.deepEqual(left, [0n, 0n, 0n]);
  assert.equal(await balance(stage, 'payable'), 4_000n);
  assert.equal(await balance(stage, 'return_due'), 2n * funded - 4_000n);
});

test('十一（三）将发放、承兑等相关数据报市工贸局:逐银行账户,与账本一致', async () => {
  const { t, programme } = stage;
  const params = { programmeId: programme.programmeId };
  const bureau = await officer('industry_trade_bureau', 'COM');
  const { json } = await t.request(expiry.closingFiguresRoute, { params }, bureau);
  assert.equal(json.funds.length, 2);
  const sum = (field: string) =>
    json.funds.reduce(
      (total: number, fund: Record<string, number>) => total + (fund[field] ?? 0),
      0,
    );
  assert.deepEqual(
    [sum('fundedFen'), sum('issuedCount'), sum('issuedFen'), sum('redeemedCount')],
    [400_000, 25, 100_000, 1],
  );
  assert.deepEqual([sum('redeemedFen'), sum('residualFen')], [4_000, 396_000]);
  assert.equal(json.returnBy, '2023-06-14');
});

test('十一（三）在10个工作日内划转:遇端午节放假和调休上班,期限按日历顺延', () => {
  const { plan } = stage.programme;
  const ending = (day: string) => returnDay({ ...plan, redeemUntil: atTime(day, '24:00') });
  assert.equal(ending('2023-05-31'), '2023-06-14');
  // 22、23日端午放假,25日(周日)上班。
  assert.equal(ending('2023-06-15'), '2023-06-30');
  // 春节:1月21日至27日放假,28、29日上班。
  assert.equal(ending('2023-01-15'), '2023-02-01');
});

test('十一（三）将剩余资金划转回市财政局指定账户:经两人,退多少账上少多少', async () => {
  const { t, programme } = stage;
  await at(t, '2023-06-12T10:00:00');
  const params = { programmeId: programme.programmeId };
  const bank = await officer('spd_bank', 'COM');
  const made = await t.request(expiry.prepareReturnsRoute, { params }, bank);
  assert.equal(made.status, 201, made.text);
  const finance = await officer('finance_bureau', 'FIN');
  for (const { returnId } of made.json.items) {
    const decision = { params: { returnId } };
    const alone = await t.request(expiry.approveReturnRoute, decision, bank);
    assert.ok(alone.status >= 400, 'who prepares does not approve');
    const approved = await t.request(expiry.approveReturnRoute, decision, finance);
    assert.equal(approved.status, 200, approved.text);
    await transact(t.db, someStaff(), async (tx) => {
      await markReturnSent(tx, returnId);
      await markReturned(tx, returnId);
    });
  }
  assert.equal(await balance(stage, 'return_due'), 0n);
  assert.equal(await balance(stage, 'returned'), 2n * funded - 4_000n);
});
