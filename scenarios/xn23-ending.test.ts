import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sumFen } from '@huiquan/domain/fen.ts';
import { transact } from '../server/src/db/transact.ts';
import * as expiry from '../server/src/features/expiry/expiry.contract.ts';
import { closeProgramme } from '../server/src/features/expiry/closing.ts';
import { markReturned, markReturnSent } from '../server/src/features/expiry/return.ts';
import { sealAccount, setReturnAccount } from '../server/src/features/fund/fund.ts';
import {
  getPublicProgrammeRoute,
  prepareExtensionRoute,
} from '../server/src/features/programme/programme.contract.ts';
import * as round from '../server/src/features/round/round.contract.ts';
import * as adjustment from '../server/src/features/round/adjustment.contract.ts';
import { someStaff } from '../server/src/given/organisation.ts';
import { programmeText } from '../server/src/given/programme.ts';
import type { TestResident } from '../server/src/http/test-app.ts';
import {
  at,
  balance,
  claim,
  closeXiangning,
  office,
  openRound,
  openXiangning,
  pay,
  tillOf,
  type Xiangning,
} from './xn23-stage.ts';

let stage: Xiangning;
let holder: TestResident;
let roundId: string;

/** The last round was rushed: one voucher of 40元 is in a wallet. */
before(async () => {
  stage = await openXiangning();
  const { t, funds } = stage;
  for (const fundId of Object.values(funds)) {
    const account = { name: '乡宁县财政局', number: '0400123456789', bank: '乡宁农商行' };
    const sealed = { fundId, account: sealAccount(t.keys, account) };
    await transact(t.db, someStaff(), (tx) => setReturnAccount(tx, sealed));
  }
  await at(t, '2023-12-07T10:00:00');
  roundId = await openRound(stage, 15, [{ kind: 'retail_40', quantity: 5 }]);
  await at(t, '2023-12-08T10:00:00');
  holder = await t.signInResident();
  const got = await claim(stage, holder, { roundId, kind: 'retail_40' });
  assert.equal(got.status, 201, got.text);
});
after(() => closeXiangning(stage));

const programme = () => ({ programmeId: stage.programme.programmeId });

test('四（四）客服电话95516随活动说明公布', async () => {
  const { json } = await stage.t.request(getPublicProgrammeRoute, { params: programme() });
  assert.deepEqual(json.hotlines, [{ number: '95516', name: '云闪付客服电话' }]);
});

test('五（二）县审计局负责活动监督：看得到每次调整，改不了任何一项', async () => {
  const { t } = stage;
  const auditor = await t.signInStaff('AUD', { kind: 'everything' });
  const params = programme();
  const seen = await t.request(adjustment.listAdjustmentsRoute, { params }, auditor);
  assert.deepEqual([seen.status, seen.json.items], [200, []]);
  const stop = { params: { roundId }, body: { reason: '试一试' } };
  const refused = await t.request(round.stopRoundRoute, stop, auditor);
  assert.deepEqual([refused.status, refused.code], [403, 'read_only']);
});

test('三（二）编制的调整在审批前可以撤回，撤回后不能再批', async () => {
  const { t } = stage;
  const bureau = await office(stage, 'industry_bureau');
  const stock = [{ kind: 'retail_40', quantity: 1 }];
  const body = { takes: 'available', targetRoundId: roundId, stock, reason: '追加投放' };
  const wish = { params: programme(), body };
  const made = await t.request(adjustment.prepareAdjustmentRoute, wish, bureau);
  assert.equal(made.status, 201, made.text);
  const { adjustmentId, contentHash } = made.json;
  const one = { params: { adjustmentId }, body: {} };
  assert.equal((await t.request(adjustment.cancelAdjustmentRoute, one, bureau)).status, 200);
  const again = await t.request(adjustment.cancelAdjustmentRoute, one, bureau);
  assert.equal(again.code, 'already_decided');
  const leaders = await office(stage, 'leading_group');
  const seen = { params: { adjustmentId }, body: { contentHash } };
  const late = await t.request(adjustment.approveAdjustmentRoute, seen, leaders);
  assert.equal(late.code, 'already_decided');
});

test('二（二）根据核销实际情况可延长活动时间：由领导小组批准，券上明示的日期不变', async () => {
  const { t } = stage;
  const planText = programmeText('xiangning-2023')
    .replace('to: 2023-12-08\n', 'to: 2023-12-15\n')
    .replace('effective: 2023-12-14 23:00', 'effective: 2023-12-21 23:00');
  const parties = Object.entries(stage.programme.parties).map(([party, organisationId]) => ({
    party,
    organisationId,
  }));
  const bureau = await office(stage, 'industry_bureau');
  const wish = { params: programme(), body: { planText, parties } };
  const made = await t.request(prepareExtensionRoute, wish, bureau);
  assert.equal(made.status, 201, made.text);
  const { versionId, contentHash } = made.json;
  const seen = { params: { versionId }, body: { contentHash } };
  const alone = await t.request(expiry.extendProgrammeRoute, seen, bureau);
  assert.ok(alone.status >= 400, 'who prepares does not approve');
  const leaders = await office(stage, 'leading_group');
  const approved = await t.request(expiry.extendProgrammeRoute, seen, leaders);
  assert.deepEqual([approved.status, approved.json], [200, { moved: 0 }]);
  const { json } = await t.request(getPublicProgrammeRoute, { params: programme() });
  assert.equal(json.redeemUntil, '2023-12-21T23:00:00+08:00');
  await at(t, '2023-12-14T22:59:59.999');
  const till = await tillOf(stage, 'retail');
  assert.equal((await pay(stage, holder, { till, orderFen: 18_000 })).status, 200);
});

test('五（二）严格执行财政性资金管理规定：活动结束后结余在10个工作日内退回县财政', async () => {
  const { t } = stage;
  const params = programme();
  const early = await t.request(
    expiry.prepareClosingRoute,
    { params },
    await office(stage, 'industry_bureau'),
  );
  assert.equal(early.code, 'state_conflict', 'vouchers may still be used');
  await at(t, '2023-12-21T23:00:00');
  const bureau = await office(stage, 'industry_bureau');
  const leaders = await office(stage, 'leading_group');
  const asked = await t.request(expiry.prepareClosingRoute, { params }, bureau);
  assert.equal(asked.status, 201, asked.text);
  const { closingOrderId } = asked.json;
  const decision = { params: { closingOrderId } };
  const approved = await t.request(expiry.approveClosingRoute, decision, leaders);
  assert.equal(approved.status, 202, approved.text);
  await closeProgramme(t.db, someStaff(), closingOrderId);
  const figures = await t.request(expiry.closingFiguresRoute, { params }, bureau);
  // 元旦放假：12月22日起第10个工作日是1月5日。
  assert.equal(figures.json.returnBy, '2024-01-05');
  const made = await t.request(expiry.prepareReturnsRoute, { params }, bureau);
  assert.equal(made.json.items.length, 4);
  const finance = await t.signInStaff(
    'FIN',
    { kind: 'party' },
    stage.programme.parties['finance_bureau'],
  );
  for (const { returnId } of made.json.items) {
    const one = { params: { returnId } };
    const ok = await t.request(expiry.approveReturnRoute, one, finance);
    assert.equal(ok.status, 200, ok.text);
    await transact(t.db, someStaff(), async (tx) => {
      await markReturnSent(tx, returnId);
      await markReturned(tx, returnId);
    });
  }
  const pools = ['car', 'retail', 'appliance', 'catering'];
  const of = async (kind: string) =>
    sumFen(await Promise.all(pools.map((pool) => balance(stage, pool, kind))));
  assert.deepEqual(
    [await of('returned'), await of('payable'), await of('return_due'), await of('available')],
    [600_000_000n - 4_000n, 4_000n, 0n, 0n],
  );
});
