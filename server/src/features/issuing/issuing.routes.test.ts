import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { instantFromText } from '@huiquan/domain/instant.ts';
import { givenFund } from '../../given/fund.ts';
import { givenRoster } from '../../given/issuing.ts';
import { givenProgramme } from '../../given/programme.ts';
import { testApp, type TestApp } from '../../http/test-app.ts';
import * as voucher from '../voucher/voucher.contract.ts';
import { voucherRoutes } from '../voucher/voucher.routes.ts';
import * as issuing from './issuing.contract.ts';
import { issuingRoutes } from './issuing.routes.ts';
import { runRecall } from './recall.ts';
import { runIssue } from './run.ts';

const worker = { kind: 'system', id: 'test' } as const;
let app: TestApp;
before(async () => {
  app = await testApp([
    { name: 'voucher', routes: () => voucherRoutes },
    { name: 'issuing', routes: () => issuingRoutes },
  ]);
  const at = instantFromText('2023-09-01T10:00:00+08:00');
  assert.ok(at !== undefined);
  await app.setClock(at);
});
after(() => app.drop());

async function givenIssuers() {
  const { programmeId, organiserId } = await givenProgramme(app.db);
  await givenFund(app.db, { programmeId, pool: 'retail', amountFen: 100_000n });
  const given = { programmeId, organisationId: organiserId, persons: 2 };
  const { rosterId, personIds } = await givenRoster(app.db, given);
  const scope = { kind: 'organisation', id: organiserId };
  const [clerk, chief] = [
    await app.signInStaff('UNI', scope, organiserId),
    await app.signInStaff('UNI', scope, organiserId),
  ];
  await app.grant(clerk.staffId, 'BUC', scope);
  const other = await app.organisation({ kind: 'county_union' });
  const stranger = await app.signInStaff('UNI', { kind: 'organisation', id: other }, other);
  return { programmeId, rosterId, personIds, clerk, chief, stranger };
}

test('a batch goes from the dry run to the wallets, and what is unused comes back', async () => {
  const { programmeId, rosterId, personIds, clerk, chief, stranger } = await givenIssuers();
  const roster = { params: { rosterId } };
  const forecast = await app.request(issuing.dryRunRoute, roster, clerk);
  assert.deepEqual(
    [forecast.status, forecast.json.voucherCount, forecast.json.amountFen],
    [200, 10, 40_000],
  );
  assert.equal((await app.request(issuing.dryRunRoute, roster, stranger)).status, 404);
  const prepared = await app.request(issuing.prepareBatchRoute, roster, clerk);
  assert.equal(prepared.status, 201);
  assert.equal(prepared.json.contentHash, forecast.json.contentHash);
  const params = { batchId: prepared.json.batchId };
  const body = { contentHash: prepared.json.contentHash };
  const seen = await app.request(issuing.forecastBatchRoute, { params }, chief);
  assert.deepEqual(seen.json, forecast.json);
  assert.deepEqual(
    [seen.json.funds[0].poolName, seen.json.kinds[0].name, seen.json.kinds[0].validTo],
    ['通用零售', '零售40元券', '2023-09-07T23:00:00+08:00'],
  );
  assert.equal((await app.request(issuing.forecastBatchRoute, { params }, stranger)).status, 404);
  const own = await app.request(issuing.approveBatchRoute, { params, body }, clerk);
  assert.deepEqual([own.status, own.code], [403, 'separation_of_duties']);
  const wrong = { contentHash: '0'.repeat(64) };
  const other = await app.request(issuing.approveBatchRoute, { params, body: wrong }, chief);
  assert.deepEqual([other.status, other.code], [409, 'content_changed']);
  assert.equal((await app.request(issuing.approveBatchRoute, { params, body }, chief)).status, 200);
  assert.equal((await app.request(issuing.startIssueRoute, { params }, clerk)).status, 202);
  const twice = await app.request(issuing.startIssueRoute, { params }, chief);
  assert.deepEqual([twice.status, twice.code], [409, 'state_conflict']);
  await runIssue(app.db, worker, params.batchId);
  const progress = await app.request(issuing.getBatchRoute, { params }, clerk);
  assert.deepEqual(
    [progress.json.batch.state, progress.json.funds[0].issuedFen],
    ['issued', 40_000],
  );

  const resident = await app.signInResident(personIds[0]);
  const first = await app.request(
    voucher.walletRoute,
    { query: { tab: 'unused', limit: 3 } },
    resident,
  );
  assert.equal(first.json.items.length, 3);
  assert.deepEqual(
    [first.json.items[0].rule, first.json.items[0].usableFrom, first.json.items[0].validTo],
    ['消费满180元可用，抵40元', '2023-09-01T10:00:00+08:00', '2023-09-07T23:00:00+08:00'],
  );
  const query = { tab: 'unused', limit: 3, cursor: first.json.next };
  const second = await app.request(voucher.walletRoute, { query }, resident);
  assert.equal(second.json.items.length, 2);

  const recall = { params, body: { reason: '名单有误' } };
  const { recallId } = (await app.request(issuing.prepareRecallRoute, recall, clerk)).json;
  const named = { params: { recallId } };
  const ownRecall = await app.request(issuing.approveRecallRoute, named, clerk);
  assert.equal(ownRecall.code, 'separation_of_duties');
  assert.equal((await app.request(issuing.approveRecallRoute, named, chief)).status, 200);
  await runRecall(app.db, worker, recallId);
  const done = await app.request(issuing.getRecallRoute, named, clerk);
  assert.deepEqual([done.json.state, done.json.voidedCount, done.json.kept], ['done', 10, []]);
  const figures = { params: { programmeId } };
  const { items } = (await app.request(voucher.voucherFiguresRoute, figures, clerk)).json;
  assert.deepEqual([items[0].issuedCount, items[0].recalledCount], [10, 10]);
  const recalls = await app.request(issuing.listRecallsRoute, { params }, chief);
  assert.deepEqual(
    recalls.json.items.map((one: { state: string; reason: string; voidedCount: number }) => [
      one.state,
      one.reason,
      one.voidedCount,
    ]),
    [['done', '名单有误', 10]],
  );
  assert.equal((await app.request(issuing.listRecallsRoute, { params }, stranger)).status, 404);
  const lists = await app.request(issuing.listBatchesRoute, { ...figures, query: {} }, clerk);
  assert.deepEqual(
    [lists.json.items[0].state, lists.json.items[0].rosterName],
    ['recalled', '名单.csv'],
  );
  const none = await app.request(issuing.listBatchesRoute, { ...figures, query: {} }, stranger);
  assert.deepEqual(none.json.items, []);
});

test('an expired voucher moves to its tab by the clock alone', async () => {
  const { rosterId, personIds, clerk, chief } = await givenIssuers();
  const roster = { params: { rosterId } };
  const { batchId, contentHash } = (await app.request(issuing.prepareBatchRoute, roster, clerk))
    .json;
  const params = { batchId };
  await app.request(issuing.approveBatchRoute, { params, body: { contentHash } }, chief);
  await app.request(issuing.startIssueRoute, { params }, chief);
  await runIssue(app.db, worker, batchId);
  const at = instantFromText('2023-09-07T23:00:00+08:00');
  assert.ok(at !== undefined);
  await app.setClock(at);
  const resident = await app.signInResident(personIds[1]);
  const tab = async (name: string) =>
    (await app.request(voucher.walletRoute, { query: { tab: name } }, resident)).json.items.length;
  assert.deepEqual([await tab('unused'), await tab('used'), await tab('expired')], [0, 0, 5]);
});
