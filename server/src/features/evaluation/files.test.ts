import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { readTable } from '../../files/read-table.ts';
import { givenFund } from '../../given/fund.ts';
import { givenIssuedBatch, givenRoster } from '../../given/issuing.ts';
import { givenMerchant } from '../../given/merchant.ts';
import { pdfTexts } from '../../given/pdf-text.ts';
import { type GivenProgramme, givenProgramme } from '../../given/programme.ts';
import { givenRedemption } from '../../given/redemption.ts';
import type { Route } from '../../http/contract.ts';
import { testApp, type TestApp, type TestStaff } from '../../http/test-app.ts';
import { dashboardRoute } from './dashboard.contract.ts';
import {
  evaluateRoute,
  evaluationPrintRoute,
  evaluationSheetRoute,
} from './evaluation.contract.ts';
import { evaluationRoutes } from './evaluation.routes.ts';

let app: TestApp;
let union: GivenProgramme;
let organiser: TestStaff;
let stranger: TestStaff;

before(async () => {
  app = await testApp([{ name: 'evaluation', routes: evaluationRoutes }]);
  await app.setClock(instant(Date.parse('2020-05-08T10:00:00+08:00')));
  union = await givenProgramme(app.db, { file: 'shanxi-union-2020' });
  const { organiserId, programmeId } = union;
  organiser = await app.signInStaff('UNI', { kind: 'organisation', id: organiserId }, organiserId);
  const elsewhere = await app.organisation({ kind: 'county_union' });
  stranger = await app.signInStaff('UNI', { kind: 'organisation', id: elsewhere }, elsewhere);
  const branch = await app.organisation({ parentId: organiserId, kind: 'branch_union' });
  const fund = { programmeId, pool: 'voucher', channel: 'unionpay_app', funderId: branch };
  await givenFund(app.db, { ...fund, amountFen: fen(90_000n) });
  const choices = { faceFen: fen(30_000n), voucherCount: 1, source: 'electronic' };
  const roster = { programmeId, organisationId: branch, persons: 3, ...choices };
  const { rosterId, personIds } = await givenRoster(app.db, roster);
  await givenIssuedBatch(app.db, rosterId);
  const { keys } = app;
  const shop = await givenMerchant(app.db, { programmeId, category: 'catering', keys });
  const far = { programmeId, category: 'catering', keys, regionCode: '141025' };
  const second = await givenMerchant(app.db, far);
  const [first = '', next = ''] = personIds;
  const orders = [
    { merchant: shop, personId: first, orderFen: fen(75_000n) },
    { merchant: second, personId: next, orderFen: fen(80_000n) },
  ];
  for (const order of orders) await givenRedemption(app.db, { ...order, keys });
});
after(async () => app.drop());

const ask = (route: Route, as: TestStaff) =>
  app.request(route, { params: { programmeId: union.programmeId } }, as);

async function download(route: Route, as: TestStaff): Promise<Buffer> {
  const url = route.url.replace('{programmeId}', union.programmeId);
  const headers = as({ method: 'GET', url, body: '' });
  const reply = await app.app.inject({ method: 'GET', url, headers });
  assert.equal(reply.statusCode, 200);
  return reply.rawPayload;
}

test('the hash of an evaluation is that of its own content', async () => {
  const { hash, ...content } = (await ask(evaluateRoute, organiser)).json;
  assert.equal(hash, createHash('sha256').update(JSON.stringify(content)).digest('hex'));
});

test('the workbook of an evaluation carries figures, instant and hash of the page', async () => {
  const page = (await ask(evaluateRoute, organiser)).json;
  const bytes = await download(evaluationSheetRoute, organiser);
  const cells: string[] = [];
  for await (const row of readTable(Readable.from([bytes]), { name: 'evaluation.xlsx' })) {
    cells.push(...row.cells.map(String));
  }
  const all = cells.join('\n');
  assert.ok(all.includes(`截至 ${page.asOf}`));
  assert.ok(all.includes(page.hash));
  const shown = page.figures.filter((one: { id: string }) => /^(leverage|rate)\./.test(one.id));
  assert.equal(shown.length, 4);
  for (const { name, value } of shown) assert.equal(cells[cells.indexOf(name) + 1], value);
});

test('the print of an evaluation says what the page says, each sheet with its hash', async () => {
  const page = (await ask(evaluateRoute, organiser)).json;
  // A font may draw a sign by its twin: texts are compared as people read them.
  const read = (text: string) => text.normalize('NFKC');
  const texts = pdfTexts(await download(evaluationPrintRoute, organiser)).map(read);
  const all = texts.join('');
  assert.ok(all.includes(page.hash), 'the whole hash stands on the first page');
  assert.ok(all.includes(read(`截至 ${page.asOf}`)));
  const shown = page.figures.filter((one: { id: string }) => /^(leverage|rate)\./.test(one.id));
  for (const { name, value } of shown) assert.ok(all.includes(read(`${name}${value}`)), name);
  const feet = texts.filter((text) => /第 \d+ 页/.test(text));
  assert.ok(feet.length > 0);
  assert.ok(feet.every((text) => text.includes(page.hash.slice(0, 16))));
});

test('the dashboard tells by day, category and county what the ledger tells', async () => {
  const board = await ask(dashboardRoute, organiser);
  assert.equal(board.status, 200, board.text);
  const { money, days, counties, categories, ageing, figures } = board.json;
  assert.deepEqual(
    days.map((one: { day: string; issuedFen: number; orderFen: number; usedFen: number }) => [
      one.day,
      one.issuedFen,
      one.orderFen,
      one.usedFen,
    ]),
    [['2020-05-08', 90_000, 155_000, 60_000]],
  );
  assert.deepEqual(
    counties.map((one: { regionCode: string; count: number; usedFen: number }) => [
      one.regionCode,
      one.count,
      one.usedFen,
    ]),
    [
      ['141025', 1, 30_000],
      ['141029', 1, 30_000],
    ],
  );
  assert.equal(categories.length, 1);
  assert.deepEqual(ageing, [{ days: 0, count: 2, amountFen: 60_000 }]);
  assert.deepEqual([money.payableFen, money.outstandingFen], [60_000, 30_000]);
  assert.deepEqual(figures, (await ask(evaluateRoute, organiser)).json.figures);
});

test('a union elsewhere gets neither dashboard nor files', async () => {
  for (const route of [dashboardRoute, evaluationSheetRoute, evaluationPrintRoute]) {
    assert.equal((await ask(route, stranger)).status, 404);
  }
});
