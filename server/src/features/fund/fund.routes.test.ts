import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { newId } from '@huiquan/domain/ids.ts';
import { givenFund } from '../../given/fund.ts';
import { givenProgramme, smallPlan } from '../../given/programme.ts';
import { type As, testApp, type TestApp } from '../../http/test-app.ts';
import * as organisation from '../people/organisation.contract.ts';
import { organisationRoutes } from '../people/organisation.routes.ts';
import * as programme from '../programme/programme.contract.ts';
import { programmeRoutes } from '../programme/programme.routes.ts';
import * as fund from './fund.contract.ts';
import { fundRoutes } from './fund.routes.ts';
import * as funding from './funding.contract.ts';

let app: TestApp;
before(async () => {
  app = await testApp([
    { name: 'programme', routes: () => programmeRoutes },
    { name: 'fund', routes: fundRoutes },
    { name: 'organisation', routes: () => organisationRoutes },
  ]);
});
after(() => app.drop());

/** A county: its government, bureaus, a branch union, and a clerk of each signed in. */
async function givenCounty() {
  const government = await app.organisation({ kind: 'county_government', name: '县政府' });
  const below = (kind: string, name: string) =>
    app.organisation({ parentId: government, kind, name });
  const commerce = await below('commerce_bureau', '县工信局');
  const finance = await below('finance_bureau', '县财政局');
  const [branch, neighbour] = [
    await below('branch_union', '一厂工会'),
    await below('branch_union', '二厂工会'),
  ];
  const party = { kind: 'party' };
  const own = (id: string) => ({ kind: 'organisation', id });
  return {
    government,
    commerce,
    finance,
    branch,
    neighbour,
    com: await app.signInStaff('COM', party, commerce),
    otherCom: await app.signInStaff('COM', party, commerce),
    fin: await app.signInStaff('FIN', party, finance),
    otherFin: await app.signInStaff('FIN', party, finance),
    clerk: await app.signInStaff('BUC', own(branch), branch),
    neighbourClerk: await app.signInStaff('BUC', own(neighbour), neighbour),
  };
}

type County = Awaited<ReturnType<typeof givenCounty>>;

const named = `approvals:
  - { act: publish_plan, prepared_by: [commerce], approved_by: [finance] }
  - { act: confirm_money, prepared_by: [commerce], approved_by: [finance] }`;

async function givenPublished(county: County, change: (text: string) => string = (text) => text) {
  const planText = change(smallPlan.replace('approvals: []', named));
  const body = {
    planText,
    organiserId: county.government,
    code: `p-${newId().slice(-12)}`,
    parties: [
      { party: 'government', organisationId: county.government },
      { party: 'commerce', organisationId: county.commerce },
      { party: 'finance', organisationId: county.finance },
    ],
  };
  const made = await app.request(programme.createProgrammeRoute, { body }, county.com);
  assert.equal(made.status, 201, made.text);
  const { programmeId, versionId, contentHash } = made.json;
  const approve = (as: As, hash: string = contentHash) =>
    app.request(
      programme.approveVersionRoute,
      { params: { versionId }, body: { contentHash: hash } },
      as,
    );
  return { programmeId: String(programmeId), versionId: String(versionId), approve };
}

async function published(change?: (text: string) => string) {
  const county = await givenCounty();
  const made = await givenPublished(county, change);
  const done = await made.approve(county.fin);
  assert.equal(done.status, 200, done.text);
  return { ...county, ...made };
}

const openFund = (as: As, programmeId: string, funderId: string) =>
  app.request(
    fund.openFundRoute,
    { params: { programmeId }, body: { pool: 'retail', funderId } },
    as,
  );

async function ordered(county: Awaited<ReturnType<typeof published>>, amountFen = 300_000) {
  const opened = await openFund(county.com, county.programmeId, county.finance);
  assert.equal(opened.status, 201, opened.text);
  const { fundId } = opened.json;
  const body = { lines: [{ fundId, amountFen }] };
  const order = await app.request(funding.prepareFundingOrderRoute, { body }, county.com);
  assert.equal(order.status, 201, order.text);
  return { fundId: String(fundId), order: order.json };
}

function upload(as: As, programmeId: string, parts: { account?: string; csv: string }) {
  const url = `/api/programmes/${programmeId}/bank-statements`;
  const boundary = 'huiquan-test';
  const field =
    parts.account === undefined
      ? ''
      : `--${boundary}\r\ncontent-disposition: form-data; name="accountNumber"\r\n\r\n` +
        `${parts.account}\r\n`;
  const file =
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="流水.csv"\r\n` +
    `content-type: text/csv\r\n\r\n${parts.csv}\r\n--${boundary}--\r\n`;
  return app.raw({
    method: 'POST',
    url,
    payload: field + file,
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'idempotency-key': randomUUID(),
      ...as({ method: 'POST', url, body: '' }),
    },
  });
}

test('a bureau prepares, finance approves what it saw, and nobody else may', async () => {
  const county = await givenCounty();
  const made = await givenPublished(county);
  assert.equal((await made.approve(county.otherCom)).status, 404);
  assert.equal((await made.approve(county.clerk)).code, 'forbidden');
  assert.equal((await made.approve(county.fin, '0'.repeat(64))).code, 'content_changed');
  assert.equal((await made.approve(county.fin)).status, 200);
  assert.equal((await made.approve(county.otherFin)).code, 'already_decided');
});

test('a person with both roles does not approve his own plan', async () => {
  const county = await givenCounty();
  await app.grant(county.com.staffId, 'FIN', { kind: 'party' });
  const made = await givenPublished(county, (text) =>
    text.replaceAll('approved_by: [finance]', 'approved_by: [commerce]'),
  );
  assert.equal((await made.approve(county.com)).code, 'separation_of_duties');
});

test(
  'money paid is there after import and second person, and the account book shows ' + 'it',
  async () => {
    const county = await published();
    const { programmeId, com, fin, otherFin } = county;
    const { fundId, order } = await ordered(county);
    const csv =
      '交易日期,流水号,收入,支出,附言,对方户名\n' +
      `2023-08-25,L1,3000.00,,${order.remarkCode},县财政局\n2023-08-25,L2,5.00,,利息,银行\n`;
    const account = String(order.payTo.number);
    const imported = await upload(fin, programmeId, { account, csv });
    assert.equal(imported.status, 201, imported.text);
    assert.deepEqual([imported.json.waiting, imported.json.unmatched], [1, 1]);
    const params = { programmeId };
    const waiting = await app.request(funding.listConfirmationsRoute, { params }, fin);
    const confirmationId = String(waiting.json.items[0].confirmationId);
    const confirm = (as: As) =>
      app.request(funding.approveConfirmationRoute, { params: { confirmationId } }, as);
    assert.equal((await confirm(fin)).code, 'separation_of_duties');
    assert.equal((await confirm(com)).status, 404);
    const before = await app.request(fund.getFundRoute, { params: { fundId } }, com);
    assert.equal(before.json.balances.available, 0);
    assert.equal((await confirm(otherFin)).status, 200);
    const money = await app.request(fund.programmeMoneyRoute, { params }, com);
    assert.equal(money.json.pools[0].balances.available, 300_000);
    const { confirming } = money.json;
    const named = { mayPrepare: true, mayApprove: false, approvers: ['县财政局'] };
    assert.deepEqual(confirming, named);
    const book = await app.request(fund.listTransfersRoute, { params: { fundId } }, com);
    assert.equal(book.json.items[0].referenceId, order.fundingOrderId);
    const flows = await app.request(fund.moneyFlowsRoute, { params }, com);
    assert.deepEqual(flows.json.flows, [
      {
        pool: 'retail',
        targetPool: 'retail',
        source: 'funder',
        target: 'available',
        kind: 'confirmed',
        count: 1,
        amountFen: 300_000,
      },
    ]);
    const narrowed = async (asked: object) => {
      const sent = { params: { fundId }, query: { newestFirst: true, ...asked } };
      const reply = await app.request(fund.listTransfersRoute, sent, com);
      return reply.json.items.length;
    };
    const day = String(book.json.items[0].day);
    assert.equal(await narrowed({ account: 'available', kind: 'confirmed', fromDay: day }), 1);
    assert.equal(await narrowed({ account: 'settled' }), 0);
    assert.equal(await narrowed({ toDay: '2020-01-01' }), 0);
    const files = await app.request(funding.listBankFilesRoute, { params }, fin);
    const [file] = files.json.items;
    assert.deepEqual([file.fileName, file.lines, file.newLines], ['流水.csv', 2, 2]);
    const ofFile = async (bankFileId: string) => {
      const sent = { params, query: { bankFileId } };
      const reply = await app.request(funding.listBankLinesRoute, sent, fin);
      return reply.json.items.length;
    };
    assert.deepEqual([await ofFile(file.bankFileId), await ofFile(newId())], [2, 0]);
    const query = { state: 'unmatched' };
    const open = await app.request(funding.listBankLinesRoute, { params, query }, fin);
    assert.equal(open.json.items[0].reasonText, '附言与任何资金单都对不上');
    const again = await upload(fin, programmeId, { account, csv });
    assert.equal(again.code, 'already_imported');
    assert.equal(again.json.bankFileId, imported.json.bankFileId);
  },
);

test(
  'a branch union opens its own fund and sees neither its neighbour’s nor the ' + 'programme’s',
  async () => {
    const county = await published((text) =>
      text.replace('return_account: payer,', 'per_branch: true, return_account: payer,'),
    );
    const { programmeId, clerk, neighbourClerk, branch, neighbour } = county;
    assert.equal((await openFund(clerk, programmeId, neighbour)).status, 404);
    const mine = await openFund(clerk, programmeId, branch);
    assert.equal(mine.status, 201, mine.text);
    assert.equal((await openFund(neighbourClerk, programmeId, neighbour)).status, 201);
    const params = { fundId: String(mine.json.fundId) };
    assert.equal((await app.request(fund.getFundRoute, { params }, clerk)).status, 200);
    assert.equal((await app.request(fund.getFundRoute, { params }, neighbourClerk)).status, 404);
    const list = await app.request(fund.listFundsRoute, { params: { programmeId } }, clerk);
    assert.deepEqual(
      list.json.items.map((item: { fundId: string }) => item.fundId),
      [mine.json.fundId],
    );
    const all = await app.request(fund.programmeMoneyRoute, { params: { programmeId } }, clerk);
    assert.equal(all.status, 404);
    const flows = await app.request(fund.moneyFlowsRoute, { params: { programmeId } }, clerk);
    assert.deepEqual(flows.json, { flows: [] });
  },
);

test('amounts, ids, files and plans that are wrong are refused with their place', async () => {
  const county = await published();
  const { programmeId, com, fin } = county;
  const { fundId } = await ordered(county);
  for (const amountFen of [0, -1, 1.5, '100', null, 2 ** 53]) {
    const body = { lines: [{ fundId, amountFen }] };
    const refused = await app.request(funding.prepareFundingOrderRoute, { body }, com);
    assert.equal(refused.status, 422, String(amountFen));
    assert.equal(refused.json.errors[0].code, 'invalid_amount', String(amountFen));
  }
  const body = { lines: [{ fundId: newId(), amountFen: 1 }] };
  const absent = await app.request(funding.prepareFundingOrderRoute, { body }, com);
  assert.equal(absent.status, 404);
  const csv = '姓名,手机号\n张三,1\n';
  const wrongFile = await upload(fin, programmeId, { account: '6200001234567890', csv });
  assert.deepEqual([wrongFile.status, wrongFile.code], [422, 'bank_file_invalid']);
  assert.equal((await upload(fin, programmeId, { csv })).status, 422);
  const plan = await app.request(
    programme.prepareVersionRoute,
    { params: { programmeId }, body: { planText: 'id: [', parties: [] } },
    com,
  );
  assert.deepEqual([plan.status, plan.code], [422, 'plan_invalid']);
  assert.equal(plan.json.findings[0].line, 1);
});

test(
  'anybody reads a published programme in plain words; a draft does not exist for ' + 'them',
  async () => {
    const county = await givenCounty();
    const { programmeId, approve } = await givenPublished(county);
    const read = () => app.request(programme.getPublicProgrammeRoute, { params: { programmeId } });
    assert.equal((await read()).status, 404);
    await approve(county.fin);
    const told = await read();
    assert.equal(told.status, 200);
    assert.match(told.json.kinds[1].words, /^满180元减40元/);
    assert.equal(told.json.rounds.length, 15);
  },
);

test('one bureau stops a programme; another person and finance start it again', async () => {
  const { programmeId, com, fin } = await published();
  const params = { programmeId };
  const body = { reason: '发现套现' };
  const stopped = await app.request(programme.stopProgrammeRoute, { params, body }, com);
  assert.equal(stopped.status, 200, stopped.text);
  const asked = await app.request(programme.prepareRestartRoute, { params, body }, com);
  assert.equal(asked.status, 201, asked.text);
  const decision = { params: { restartId: asked.json.restartId }, body: { decision: 'approved' } };
  assert.equal((await app.request(programme.decideRestartRoute, decision, com)).status, 404);
  const done = await app.request(programme.decideRestartRoute, decision, fin);
  assert.equal(done.status, 200, done.text);
});

test('a union adds organisations below itself and nowhere else', async () => {
  const union = await app.organisation({ kind: 'city_union', name: '市总工会' });
  const elsewhere = await app.organisation({ kind: 'city_union', name: '外市总工会' });
  const clerk = await app.signInStaff('UNI', { kind: 'organisation', id: union }, union);
  const add = (parentId: string) =>
    app.request(
      organisation.createOrganisationRoute,
      { body: { parentId, name: '县总工会', kind: 'county_union', level: 'county' } },
      clerk,
    );
  assert.equal((await add(union)).status, 201);
  assert.equal((await add(elsewhere)).status, 404);
  const listed = await app.request(
    organisation.listOrganisationsRoute,
    { params: { organisationId: union }, query: { childrenOnly: true } },
    clerk,
  );
  assert.equal(listed.json.items.length, 1);
});

test('a refusal that tells an amount answers it as a number', async () => {
  const county = await published();
  const { fundId } = await ordered(county);
  const { programmeId, finance, com } = county;
  const params = { programmeId };
  const other = await app.request(
    fund.openFundRoute,
    { params, body: { pool: 'catering', funderId: finance } },
    com,
  );
  const body = {
    sourceFundId: fundId,
    targetFundId: other.json.fundId,
    amountFen: 1,
    reason: '调剂',
  };
  const refused = await app.request(fund.preparePoolTransferRoute, { body }, com);
  assert.deepEqual([refused.status, refused.code], [409, 'insufficient_funds']);
  assert.equal(refused.json.availableFen, 0);
});

test('of the accounts of two banks each bank sees its own', async () => {
  const { programmeId, parties } = await givenProgramme(app.db, { file: 'shenmu-2023' });
  const inPool = { programmeId, pool: 'residents', amountFen: 100n };
  const own = await givenFund(app.db, { ...inPool, channel: 'spd' });
  const other = await givenFund(app.db, { ...inPool, channel: 'abc' });
  const scope = { kind: 'channel', id: 'spd' };
  const bank = await app.signInStaff('BNK', scope, parties['spd_bank']);
  const listed = await app.request(fund.listFundsRoute, { params: { programmeId } }, bank);
  assert.deepEqual(
    listed.json.items.map((one: { fundId: string }) => one.fundId),
    [own.fundId],
  );
  const open = async ({ fundId }: { readonly fundId: string }) =>
    (await app.request(fund.getFundRoute, { params: { fundId } }, bank)).status;
  assert.deepEqual([await open(own), await open(other)], [200, 404]);
});
