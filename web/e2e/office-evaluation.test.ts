import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { fen } from '@huiquan/domain/fen.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { evaluateRoute } from '../../server/src/features/evaluation/evaluation.contract.ts';
import { readTable } from '../../server/src/files/read-table.ts';
import { givenFund } from '../../server/src/given/fund.ts';
import { givenIssuedBatch, givenRoster } from '../../server/src/given/issuing.ts';
import { givenMerchant } from '../../server/src/given/merchant.ts';
import { pdfTexts } from '../../server/src/given/pdf-text.ts';
import { givenProgramme } from '../../server/src/given/programme.ts';
import { givenRedemption } from '../../server/src/given/redemption.ts';
import type { TestStaff } from '../../server/src/http/test-app.ts';
import { openOffice } from './office-desk.ts';
import { servedApp, type ServedApp } from './served-app.ts';

let served: ServedApp;
let programmeId: string;
let organiser: TestStaff;
let cashier: TestStaff;

before(async () => {
  served = await servedApp();
  await served.setClock(instant(Date.parse('2020-05-08T10:00:00+08:00')));
  const union = await givenProgramme(served.db, { file: 'shanxi-union-2020' });
  ({ programmeId } = union);
  const { organiserId } = union;
  await served.sql(`update organisation set region_code = '140000' where organisation_id = $1`, [
    organiserId,
  ]);
  organiser = await served.signInStaff('UNI', { kind: 'organisation', id: organiserId });
  cashier = await served.signInStaff('CSA', { kind: 'everything' });
  const branch = await served.organisation({ parentId: organiserId, kind: 'branch_union' });
  const fund = { programmeId, pool: 'voucher', channel: 'unionpay_app', funderId: branch };
  await givenFund(served.db, { ...fund, amountFen: fen(60_000n) });
  const choices = { faceFen: fen(30_000n), voucherCount: 1, source: 'electronic' };
  const roster = { programmeId, organisationId: branch, persons: 2, ...choices };
  const { rosterId, personIds } = await givenRoster(served.db, roster);
  await givenIssuedBatch(served.db, rosterId);
  const { keys } = served;
  const merchant = await givenMerchant(served.db, { programmeId, category: 'catering', keys });
  const [personId = ''] = personIds;
  await givenRedemption(served.db, { merchant, keys, personId, orderFen: fen(75_000n) });
});
after(() => served.drop());

async function saved(page: Page, button: string): Promise<Buffer> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  return readFileSync(await (await download).path());
}

test('page, Excel and PDF of an evaluation say what the ledger says', async () => {
  const asked = { params: { programmeId } };
  const told = (await served.request(evaluateRoute, asked, organiser)).json;
  const address = `/p/${programmeId}/evaluation`;
  const { page, context, complaints } = await openOffice(served, organiser, address);
  await page.getByText(told.hash).waitFor();
  const leverage = told.figures.find((one: { id: string }) => one.id === 'leverage.redeemed');
  assert.equal(leverage.value, '2.50');
  const row = page.getByRole('row', { name: new RegExp(`^${leverage.name}`) });
  await row.getByText('2.50').waitFor();
  const sheet = await saved(page, '下载 Excel');
  const cells: string[] = [];
  for await (const { cells: some } of readTable(Readable.from([sheet]), { name: 'a.xlsx' })) {
    cells.push(...some.map(String));
  }
  assert.equal(cells[cells.indexOf(leverage.name) + 1], '2.50');
  assert.ok(cells.join('\n').includes(told.hash));
  // Fonts draw some characters by the form of their twins: read as people do, both are one.
  const print = pdfTexts(await saved(page, '下载 PDF'))
    .join('')
    .normalize('NFKC');
  assert.ok(print.includes(`${leverage.name}2.50`.normalize('NFKC')));
  assert.ok(print.includes(told.hash));
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the dashboard shows the sums that the ledger gives', async () => {
  const address = `/p/${programmeId}/dashboard`;
  const { page, context, complaints } = await openOffice(served, organiser, address);
  const { rows } = await served.sql(
    `select sum(deduction_fen)::int as used from redemption where state = 'committed'`,
  );
  assert.equal(rows[0].used, 30_000);
  await page.locator('[data-tile=payable]').getByText('300').waitFor();
  await page.locator('[data-tile=outstanding]').getByText('300').waitFor();
  await page.locator('[data-tile=redeemed]').getByText('50.00%').waitFor();
  await page.getByRole('img', { name: '按日' }).locator('svg').waitFor();
  await page.getByRole('img', { name: '地图' }).locator('svg path').first().waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('customer service is not offered the evaluation', async () => {
  const { page, context } = await openOffice(served, cashier, `/p/${programmeId}/evaluation`);
  await page.getByText('您没有此项权限').waitFor();
  await context.close();
});
