import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { instantFromText } from '@huiquan/domain/instant.ts';
import { features } from '../../app.ts';
import { transact } from '../../db/transact.ts';
import { givenClaimedVouchers } from '../../given/redemption.ts';
import { givenMerchant } from '../../given/merchant.ts';
import { givenPersons } from '../../given/issuing.ts';
import { smallPlan } from '../../given/programme.ts';
import { givenOpenRound } from '../../given/round.ts';
import { testApp, type TestApp } from '../../http/test-app.ts';
import { weeklyFigures } from './disclosure.ts';

let app: TestApp;
let programmeId: string;
const friday = instantFromText('2023-09-01T10:00:00+08:00');
const anHourLater = instantFromText('2023-09-01T11:00:00+08:00');

before(async () => {
  app = await testApp(features);
  await app.setClock(friday);
  const planText = smallPlan.replace('name: 乐购活动\n', 'name: 乐购<b>乡宁</b>活动\n');
  const stock = [{ kind: 'retail_10', quantity: 20 }];
  const given = await givenOpenRound(app.db, { planText, stock, spareFen: 100_000n });
  programmeId = given.programme.programmeId;
  await givenClaimedVouchers(app.db, {
    programmeId,
    versionId: given.programme.versionId,
    fundId: given.funds['retail'] ?? '',
    kind: 'retail_10',
    faceFen: 1_000n,
    personIds: await givenPersons(app.db, 6),
  });
  const keys = app.keys;
  await givenMerchant(app.db, { programmeId, category: 'retail', keys, name: '<i>惠民</i>百货' });
  await app.setClock(anHourLater);
});
after(() => app.drop());

const open = (url: string) => app.raw({ method: 'GET', url, headers: { host: 'localhost' } });

test('everybody reads the programmes, their rules and rounds without a script', async () => {
  const list = await open('/public');
  assert.equal(list.status, 200);
  assert.match(String(list.headers['content-type']), /^text\/html/);
  assert.match(list.text, new RegExp(`/public/programmes/${programmeId}`));
  const page = await open(`/public/programmes/${programmeId}`);
  assert.equal(page.status, 200);
  assert.match(page.text, /零售10元券/);
  assert.match(page.text, /满50元减10元/);
  assert.match(page.text, /第 1 轮/);
  assert.match(page.text, /数据截至 2023-09-01 11:00（北京时间）/);
  assert.doesNotMatch(page.text, /<script/);
  assert.match(String(page.headers['content-security-policy']), /^default-src 'none'/);
});

test('names are text: what looks like markup in them is shown, not obeyed', async () => {
  const page = await open(`/public/programmes/${programmeId}`);
  assert.match(page.text, /乐购&lt;b&gt;乡宁&lt;\/b&gt;活动/);
  const shops = await open(`/public/programmes/${programmeId}/shops`);
  assert.match(shops.text, /&lt;i&gt;惠民&lt;\/i&gt;百货总店/);
  assert.doesNotMatch(shops.text, /<i>惠民/);
});

test('weekly figures are the ledger up to the cut-off, the same at any later time', async () => {
  const figures = await transact(app.db, { kind: 'public', id: 'test' }, (tx) =>
    weeklyFigures(tx, { programmeId }),
  );
  const { rows } = await app.sql(
    `select count(*)::int as count, sum(face_fen)::text as fen from voucher
     where programme_id = $1`,
    [programmeId],
  );
  assert.deepEqual(
    figures.weeks.map((week) => [week.from, week.to, week.issuedCount, String(week.issuedFen)]),
    [['2023-08-28', '2023-09-03', rows[0].count, rows[0].fen]],
  );
  const before = await transact(app.db, { kind: 'public', id: 'test' }, (tx) =>
    weeklyFigures(tx, { programmeId, before: friday }),
  );
  assert.deepEqual(before.weeks, []);
});

test('every 分 that was received stands in one column', async () => {
  const page = await open(`/public/programmes/${programmeId}`);
  const figures = [...page.text.matchAll(/<b>([\d,.]+)<\/b>/g)].map((found) =>
    Math.round(Number((found[1] ?? '').replaceAll(',', '')) * 100),
  );
  const [funded = 0, ...columns] = figures;
  assert.ok(funded > 0);
  assert.equal(
    columns.reduce((sum, figure) => sum + figure, 0),
    funded,
  );
});

test('the pages speak English on request, and keep it from page to page', async () => {
  const page = await open(`/public/programmes/${programmeId}?lang=en`);
  assert.match(page.text, /<html lang="en">/);
  assert.match(page.text, /Where the money is/);
  assert.match(page.text, /shops\?lang=en/);
});

test('a programme that is not there is a page that says so', async () => {
  const absent = ['programmes/018f0000-0000-7000-8000-000000000000', 'programmes/%27', 'nonsense'];
  for (const path of absent) {
    const page = await open(`/public/${path}`);
    assert.equal(page.status, 404);
    assert.match(page.text, /没有找到这个页面/);
  }
});
