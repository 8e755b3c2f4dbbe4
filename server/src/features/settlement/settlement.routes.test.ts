import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { newId } from '@huiquan/domain/ids.ts';
import { instantFromText } from '@huiquan/domain/instant.ts';
import { features } from '../../app.ts';
import { transact } from '../../db/transact.ts';
import { someKeys } from '../../given/fund.ts';
import { givenOrganisation } from '../../given/organisation.ts';
import { givenProgramme } from '../../given/programme.ts';
import { givenSettling, type Settling, unionApprovesPlan } from '../../given/settlement.ts';
import { testApp, type TestApp, type TestStaff } from '../../http/test-app.ts';
import { payStep } from './jobs.ts';
import { paymentFileRows } from './payment-file.ts';
import * as files from './files.contract.ts';
import * as reconciliation from './reconciliation.contract.ts';
import * as contract from './settlement.contract.ts';

let app: TestApp;
let owner: pg.Client;
let shop: Settling;
let programmeId: string;
let commerce: TestStaff;
let finance: TestStaff;
let secondFinance: TestStaff;
let bank: TestStaff;
let stranger: TestStaff;
let merchantOwner: TestStaff;

before(async () => {
  app = await testApp(features);
  owner = new pg.Client({ connectionString: app.database.migratorUrl });
  await owner.connect();
  shop = await givenSettling(app.db, owner, someKeys, { planText: unionApprovesPlan });
  ({ programmeId } = shop.programme);
  await clock('2023-09-01T12:00:00+08:00');
  const scope = { kind: 'programme', id: programmeId };
  const { parties } = shop.programme;
  commerce = await app.signInStaff('COM', scope, parties['commerce']);
  finance = await app.signInStaff('FIN', scope, parties['finance']);
  secondFinance = await app.signInStaff('FIN', scope, parties['finance']);
  bank = await app.signInStaff('BNK', scope);
  stranger = await app.signInStaff('FIN', { kind: 'programme', id: newId() });
  const { merchantId } = shop.merchant;
  merchantOwner = await app.signInStaff('MOW', { kind: 'merchant', id: merchantId });
  await shop.redeem(3);
  await clock('2023-09-02T09:00:00+08:00');
  await owner.query(
    `update session set signed_in_at = business_now(), second_factor_at = business_now()`,
  );
});
after(async () => {
  await owner.end();
  await app.drop();
});

async function clock(text: string): Promise<void> {
  await shop.at(text);
  await app.setClock(instantFromText(text));
}
const params = () => ({ programmeId });

test('commerce prepares a run, finance approves, each sees what is his', async () => {
  const made = await app.request(
    contract.prepareRunsRoute,
    { params: params(), body: { throughDay: '2023-09-01' } },
    commerce,
  );
  assert.equal(made.status, 201, made.text);
  const [run] = made.json.runs;
  assert.deepEqual([run.state, run.lineCount, run.amountFen], ['prepared', 3, 12_000]);
  const approve = (as: TestStaff, contentHash: string = run.contentHash) =>
    app.request(
      contract.approveRunRoute,
      { params: { runId: run.runId }, body: { contentHash } },
      as,
    );
  assert.equal((await approve(stranger)).status, 404);
  assert.equal((await approve(bank)).status, 403);
  assert.equal((await approve(finance, 'f'.repeat(64))).code, 'content_changed');
  assert.equal((await approve(finance)).status, 200);
  assert.equal((await approve(secondFinance)).code, 'already_decided');
  await payStep(shop.payer);
  await payStep(shop.payer);
  const shown = await app.request(contract.getRunRoute, { params: { runId: run.runId } }, bank);
  assert.equal(shown.json.state, 'finished');
  const list = await app.request(contract.listRunsRoute, { params: params() }, finance);
  assert.equal(list.json.items.length, 1);
  const { merchantId } = shop.merchant;
  const payouts = (as: TestStaff, query: Record<string, string> = {}) =>
    app.request(contract.listPayoutsRoute, { params: { runId: run.runId }, query }, as);
  assert.equal((await payouts(merchantOwner)).status, 404);
  assert.equal((await payouts(merchantOwner, { merchantId: newId() })).status, 404);
  const own = await payouts(merchantOwner, { merchantId });
  assert.deepEqual(
    own.json.items.map((one: { state: string; amountFen: number }) => [one.state, one.amountFen]),
    [['paid', 12_000]],
  );
});

test('a union beside the organiser reads the runs where the plan names it, no more', async () => {
  const { city_union: city = '' } = shop.programme.parties;
  const parentId = shop.programme.organiserId;
  const other = await givenOrganisation(app.db, { kind: 'city_union', parentId });
  const at = (id: string) => app.signInStaff('UNI', { kind: 'organisation', id }, id);
  const [named, unnamed] = [await at(city), await at(other)];
  const list = (as: TestStaff) => app.request(contract.listRunsRoute, { params: params() }, as);
  const { items } = (await list(named)).json;
  assert.deepEqual(
    items.map((one: { amountFen: number }) => one.amountFen),
    [12_000],
  );
  const run = { params: { runId: items[0].runId } };
  const shown = await app.request(contract.getRunRoute, run, named);
  assert.equal(shown.json.contentHash, items[0].contentHash);
  const payouts = await app.request(contract.listPayoutsRoute, run, named);
  assert.equal(payouts.json.items[0].amountFen, 12_000);
  const ageing = await app.request(contract.ageingRoute, { params: params() }, named);
  assert.equal(ageing.status, 404);
  assert.equal((await list(unnamed)).status, 404);
  assert.equal((await app.request(contract.getRunRoute, run, unnamed)).status, 404);
  assert.equal((await app.request(contract.listPayoutsRoute, run, unnamed)).status, 404);
});

test('where nothing is in force yet nobody is named, and an outsider finds nothing', async () => {
  const draft = await givenProgramme(app.db, { approved: false });
  const asked = { params: { programmeId: draft.programmeId } };
  assert.equal((await app.request(contract.listRunsRoute, asked, stranger)).status, 404);
});

test('a hold is opened, proposed and ended over HTTP by two persons', async () => {
  const [redemption] = await shop.redeem(1);
  const redemptionId = redemption?.redemptionId ?? '';
  const body = { reason: '疑似套现' };
  const opened = await app.request(
    contract.holdPayoutRoute,
    { params: { redemptionId }, body },
    commerce,
  );
  assert.equal(opened.status, 201, opened.text);
  const { holdId } = opened.json;
  const list = await app.request(contract.listHoldsRoute, { params: params() }, finance);
  assert.deepEqual(
    list.json.items.map((one: { holdId: string; merchantName: string; deductionFen: number }) => [
      one.holdId,
      one.merchantName,
      one.deductionFen,
    ]),
    [[holdId, '乡宁县惠民百货', 4_000]],
  );
  const decision = { decision: 'release' };
  const proposed = await app.request(
    contract.proposeHoldEndRoute,
    { params: { holdId }, body: { ...decision, note: '核查无误' } },
    commerce,
  );
  assert.equal(proposed.status, 200);
  const end = (as: TestStaff) =>
    app.request(contract.endHoldRoute, { params: { holdId }, body: decision }, as);
  assert.equal((await end(commerce)).code, 'separation_of_duties');
  assert.equal((await end(finance)).status, 200);
});

test('clearing, ageing and overdue returns are read by the programme’s parties only', async () => {
  const query = { day: '2023-09-01' };
  const cleared = await app.request(contract.clearingRoute, { params: params(), query }, finance);
  assert.deepEqual(
    cleared.json.rows.map((row: { redeemedFen: number }) => row.redeemedFen),
    [12_000],
  );
  const outside = await app.request(contract.clearingRoute, { params: params(), query }, stranger);
  assert.equal(outside.status, 404);
  const ageing = await app.request(contract.ageingRoute, { params: params() }, finance);
  assert.deepEqual(
    ageing.json.rows.map((row: { waitsFor: string; amountFen: number; merchantName: string }) => [
      row.merchantName,
      row.waitsFor,
      row.amountFen,
    ]),
    [['乡宁县惠民百货', 'not_due', 4_000]],
  );
  const late = await app.request(contract.overdueReturnsRoute, { params: params() }, finance);
  assert.deepEqual(late.json.rows, []);
});

test('a merchant downloads its statement and bill, whose digests prove the bytes', async () => {
  const merchant = { programmeId, merchantId: shop.merchant.merchantId };
  const query = { fromDay: '2023-09-01', toDay: '2023-09-02', by: 'month' };
  const statement = await app.request(
    files.merchantStatementRoute,
    { params: merchant, query },
    merchantOwner,
  );
  assert.match(statement.text, /2023-09,4,720\.00,160\.00,560\.00,0,0\.00,160\.00,120\.00/);
  assert.match(statement.text, /合计/);
  const sums = await app.request(
    files.statementSumsRoute,
    { params: merchant, query },
    merchantOwner,
  );
  const { periods, total } = sums.json;
  assert.deepEqual(
    [periods[0].period, periods[0].voucherFen, periods[0].paidFen, total.dueFen],
    ['2023-09', 16_000, 12_000, 16_000],
  );
  const sheet = await app.request(
    files.merchantStatementRoute,
    { params: merchant, query: { ...query, format: 'xlsx' } },
    merchantOwner,
  );
  assert.match(String(sheet.headers['content-type']), /spreadsheetml/);
  const back = { ...query, fromDay: '2023-09-03' };
  const wrong = await app.request(
    files.merchantStatementRoute,
    { params: merchant, query: back },
    merchantOwner,
  );
  assert.equal(wrong.code, 'invalid_rule');
  const other = { ...merchant, merchantId: newId() };
  const notOwn = await app.request(
    files.merchantStatementRoute,
    { params: other, query },
    merchantOwner,
  );
  assert.equal(notOwn.status, 404);
  const day = { day: '2023-09-01' };
  const bill = await app.request(
    files.merchantBillRoute,
    { params: merchant, query: day },
    merchantOwner,
  );
  assert.match(bill.text, /`消费,`SUCCESS,`CNY,`180\.00,`40\.00/);
  const digests = await app.request(
    files.merchantBillDigestsRoute,
    { params: merchant, query: day },
    merchantOwner,
  );
  assert.equal(digests.json.sha1, createHash('sha1').update(bill.text).digest('hex'));
});

test('a funder’s use-flow of a day has the columns of the market and its digests', async () => {
  const { rows } = await owner.query<{ funder_id: string }>(
    'select funder_id from fund where fund_id = $1',
    [shop.fundId],
  );
  const query = { day: '2023-09-01', funderId: rows[0]?.funder_id ?? '' };
  const flow = await app.request(files.useFlowRoute, { params: params(), query }, finance);
  assert.match(flow.text, /^\uFEFF批次ID,优惠ID,优惠类型,优惠金额\(元\),订单总金额\(元\),交易类型/);
  assert.equal(flow.text.split('\r\n').filter((line) => line.includes('`消费')).length, 3);
  assert.match(flow.text, /`3,`120\.00,`540\.00\r\n$/);
  const digests = await app.request(
    files.useFlowDigestsRoute,
    { params: params(), query },
    finance,
  );
  assert.equal(digests.json.sm3, createHash('sm3').update(flow.text).digest('hex'));
  const refunds = await app.request(
    files.useFlowRoute,
    { params: params(), query: { ...query, flow: 'refunds' } },
    finance,
  );
  assert.match(refunds.text, /退款单号,退款金额,券退款金额,退款时间/);
  const own = await app.request(files.useFlowRoute, { params: params(), query }, merchantOwner);
  assert.equal(own.status, 404);
});

test('the payment file holds what the bank was told, for the bank only', async () => {
  const list = await app.request(contract.listRunsRoute, { params: params() }, finance);
  const runId: string = list.json.items[0].runId;
  const denied = await app.request(files.paymentFileRoute, { params: { runId } }, finance);
  assert.equal(denied.status, 403);
  const rows = await transact(app.db, shop.boss, (tx) => paymentFileRows(tx, someKeys, runId));
  assert.deepEqual(
    rows.map((row) => row.slice(1)),
    [['6200001234567890', '乡宁县惠民百货', '6228480402564890018', '120.00', '惠券结算第1批']],
  );
});

test('without a statement nothing is compared; finance alone closes exceptions', async () => {
  const body = { day: '2023-09-01', source: 'bank_statement' };
  const early = await app.request(
    reconciliation.reconcileRoute,
    { params: params(), body },
    finance,
  );
  assert.equal(early.code, 'state_conflict');
  const listed = await app.request(
    reconciliation.listExceptionsRoute,
    { params: params() },
    commerce,
  );
  assert.deepEqual(listed.json.items, []);
  const days = await app.request(
    reconciliation.listReconciliationsRoute,
    { params: params() },
    finance,
  );
  assert.deepEqual(days.json.rows, []);
  const exceptionId = newId();
  const close = (as: TestStaff) =>
    app.request(reconciliation.closeExceptionRoute, { params: { exceptionId } }, as);
  assert.equal((await close(commerce)).status, 403);
  assert.equal((await close(finance)).status, 404);
});
