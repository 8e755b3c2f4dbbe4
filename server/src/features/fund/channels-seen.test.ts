import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { transact } from '../../db/transact.ts';
import { givenConfirmed, givenFund, someKeys } from '../../given/fund.ts';
import { givenProgramme, programmeText } from '../../given/programme.ts';
import { type As, testApp, type TestApp } from '../../http/test-app.ts';
import * as fund from './fund.contract.ts';
import { fundRoutes } from './fund.routes.ts';
import * as funding from './funding.contract.ts';
import { prepareFundingOrder } from './funding-order.ts';

let app: TestApp;
before(async () => {
  app = await testApp([{ name: 'fund', routes: fundRoutes }]);
});
after(() => app.drop());

type Channel = 'spd' | 'abc';

// The lines of an account are seen by every programme that is paid to it: each has its own.
let accountsMade = 0;
function newAccount(): string {
  accountsMade += 1;
  return String(6_200_000_000_000_000 + accountsMade);
}

/** A programme of two banks: what the city ordered and paid into a fund of either, own accounts. */
async function givenTwoBanks(planText = programmeText('shenmu-2023')) {
  const { programmeId, parties } = await givenProgramme(app.db, { planText });
  const accounts = { spd: newAccount(), abc: newAccount() };
  const paid = async (channel: Channel, amountFen: bigint) => {
    const inPool = { programmeId, pool: 'residents', channel, amountFen: 0n };
    const { fundId, clerk } = await givenFund(app.db, inPool);
    const order = await ordered([{ fundId, amountFen }], accounts[channel], clerk);
    await givenConfirmed(app.db, { ...order, clerk });
    return { fundId, clerk, ...order };
  };
  const own = await paid('spd', 100n);
  const other = await paid('abc', 700n);
  const bankOf = (channel: Channel, party: string) =>
    app.signInStaff('BNK', { kind: 'channel', id: channel }, parties[party]);
  const bank = await bankOf('spd', 'spd_bank');
  const otherBank = await bankOf('abc', 'agricultural_bank');
  const finance = await app.signInStaff('FIN', { kind: 'party' }, parties['finance_bureau']);
  return { params: { programmeId }, accounts, own, other, bank, otherBank, finance };
}

type Clerk = Awaited<ReturnType<typeof givenFund>>['clerk'];

async function ordered(
  lines: readonly { readonly fundId: string; readonly amountFen: bigint }[],
  number: string,
  clerk: Clerk,
) {
  const payTo = { name: '消费券专户', number, bank: '银行' };
  const inFen = lines.map(({ fundId, amountFen }) => ({ fundId, amountFen: fen(amountFen) }));
  const { fundingOrderId } = await transact(app.db, clerk, (tx) =>
    prepareFundingOrder(tx, { lines: inFen, keys: someKeys, payTo }),
  );
  return { fundingOrderId };
}

function upload(as: As, programmeId: string, account: string, remark = '利息') {
  const csv = `交易日期,流水号,收入,支出,附言,对方户名\n2023-08-25,L1,5.00,,${remark},银行\n`;
  const part = 'content-disposition: form-data; name=';
  const payload =
    `--edge\r\n${part}"accountNumber"\r\n\r\n${account}\r\n` +
    `--edge\r\n${part}"file"; filename="流水.csv"\r\ncontent-type: text/csv\r\n\r\n${csv}` +
    `\r\n--edge--\r\n`;
  const url = `/api/programmes/${programmeId}/bank-statements`;
  return app.raw({
    method: 'POST',
    url,
    headers: {
      'content-type': 'multipart/form-data; boundary=edge',
      'idempotency-key': newId(),
      ...as({ method: 'POST', url, body: '' }),
    },
    payload: Buffer.from(payload),
  });
}

test('a bank sees the orders that pay into its channel, and of one only its lines', async () => {
  const { params, accounts, own, other, bank, finance } = await givenTwoBanks();
  const both = await ordered(
    [
      { fundId: own.fundId, amountFen: 30n },
      { fundId: other.fundId, amountFen: 40n },
    ],
    accounts.spd,
    own.clerk,
  );
  const listed = async (as: As) =>
    (await app.request(funding.listFundingOrdersRoute, { params }, as)).json.items.map(
      (one: { fundingOrderId: string }) => one.fundingOrderId,
    );
  assert.deepEqual(await listed(bank), [own.fundingOrderId, both.fundingOrderId]);
  assert.deepEqual(await listed(finance), [
    own.fundingOrderId,
    other.fundingOrderId,
    both.fundingOrderId,
  ]);
  const open = (fundingOrderId: string, as: As) =>
    app.request(funding.getFundingOrderRoute, { params: { fundingOrderId } }, as);
  assert.equal((await open(other.fundingOrderId, bank)).status, 404);
  assert.equal((await open(other.fundingOrderId, finance)).status, 200);
  const shared = await open(both.fundingOrderId, bank);
  assert.deepEqual(
    shared.json.lines.map((line: { channel: string; channelName: string; amountFen: number }) => [
      line.channel,
      line.channelName,
      line.amountFen,
    ]),
    [['spd', '浦发银行“浦惠到家”', 30]],
  );
  assert.equal((await open(both.fundingOrderId, finance)).json.lines.length, 2);
});

/** The plan where both banks prove what came in, and approve it for one another. */
const byBanks = programmeText('shenmu-2023').replace(
  /(act: confirm_money), .*(, clause)/,
  '$1, prepared_by: [spd_bank, agricultural_bank], ' +
    'approved_by: [spd_bank, agricultural_bank, finance_bureau]$2',
);

test('a bank proposes and approves no evidence for an order of the other bank', async () => {
  const { params, accounts, other, bank, otherBank, finance } = await givenTwoBanks(byBanks);
  const waiting = [{ fundId: other.fundId, amountFen: 40n }];
  const order = await ordered(waiting, accounts.abc, other.clerk);
  const body = { documentNumber: '预拨1号', documentDigest: 'ab'.repeat(32), note: '到账' };
  const propose = (as: As) =>
    app.request(funding.preparePreallocationRoute, { params: order, body }, as);
  assert.equal((await propose(bank)).status, 404);
  const proposed = await propose(otherBank);
  assert.equal(proposed.status, 201, proposed.text);
  const { confirmationId } = proposed.json;
  const listed = async (as: As) =>
    (await app.request(funding.listConfirmationsRoute, { params }, as)).json.items.map(
      (one: { fundingOrderId: string }) => one.fundingOrderId,
    );
  assert.equal((await listed(bank)).includes(order.fundingOrderId), false);
  assert.equal((await listed(bank)).length, 1);
  assert.equal((await listed(finance)).includes(order.fundingOrderId), true);
  const approve = async (as: As) =>
    (await app.request(funding.approveConfirmationRoute, { params: { confirmationId } }, as))
      .status;
  assert.deepEqual([await approve(bank), await approve(finance)], [404, 200]);
});

test('a bank sees the money, flows and transfers of its channel alone', async () => {
  const { params, own, other, bank, finance } = await givenTwoBanks();
  const seen = async (as: As) => {
    const { flows } = (await app.request(fund.moneyFlowsRoute, { params }, as)).json;
    const money = (await app.request(fund.programmeMoneyRoute, { params }, as)).json;
    return {
      flows: flows.map((flow: { amountFen: number }) => flow.amountFen),
      funded: money.pools.map(
        (pool: { balances: { fundedFen: number } }) => pool.balances.fundedFen,
      ),
    };
  };
  assert.deepEqual(await seen(bank), { flows: [100], funded: [100] });
  assert.deepEqual(await seen(finance), { flows: [800], funded: [800] });
  const transfers = async ({ fundId }: { readonly fundId: string }) =>
    (await app.request(fund.listTransfersRoute, { params: { fundId } }, bank)).status;
  assert.deepEqual([await transfers(own), await transfers(other)], [200, 404]);
  const named = await app.request(fund.getFundRoute, { params: { fundId: own.fundId } }, bank);
  assert.equal(named.json.channelName, '浦发银行“浦惠到家”');
});

test('a warning about an account goes to its bank, not to the other', async () => {
  const { params, own, other, bank, finance } = await givenTwoBanks();
  const inPool = { programmeId: params.programmeId, pool: 'enterprises', amountFen: 0n };
  const empty = await givenFund(app.db, { ...inPool, channel: 'spd' });
  const others = await givenFund(app.db, { ...inPool, channel: 'abc' });
  assert.equal(new Set([own.fundId, other.fundId, empty.fundId, others.fundId]).size, 4);
  const warned = async (as: As) => {
    const { json } = await app.request(fund.programmeMoneyRoute, { params }, as);
    return json.warnings.map((one: { fundId: string }) => one.fundId).toSorted();
  };
  assert.deepEqual(await warned(bank), [empty.fundId]);
  assert.deepEqual(await warned(finance), [empty.fundId, others.fundId].toSorted());
});

test('a bank hands in and sees the statements of its own account', async () => {
  const { params, accounts, bank, otherBank, finance } = await givenTwoBanks();
  assert.equal((await upload(bank, params.programmeId, accounts.abc)).status, 404);
  for (const [as, channel] of [
    [bank, 'spd'],
    [otherBank, 'abc'],
  ] as const) {
    const done = await upload(as, params.programmeId, accounts[channel]);
    assert.equal(done.status, 201, done.text);
  }
  const numbers = async (
    route: typeof funding.listBankLinesRoute | typeof funding.listBankFilesRoute,
    as: As,
  ) =>
    (await app.request(route, { params }, as)).json.items
      .map((one: { accountNumber: string }) => one.accountNumber)
      .toSorted();
  for (const route of [funding.listBankLinesRoute, funding.listBankFilesRoute]) {
    assert.deepEqual(await numbers(route, bank), [accounts.spd]);
    assert.deepEqual(await numbers(route, otherBank), [accounts.abc]);
    assert.deepEqual(await numbers(route, finance), [accounts.spd, accounts.abc]);
  }
  const again = async (channel: Channel) => {
    const body = { accountNumber: accounts[channel] };
    return (await app.request(funding.rematchBankLinesRoute, { params, body }, bank)).status;
  };
  assert.deepEqual([await again('spd'), await again('abc')], [200, 404]);
});

test('where two banks share an account, a bank does not see what paid the other', async () => {
  const { params, accounts, own, other, bank, finance } = await givenTwoBanks();
  const lines = [{ fundId: other.fundId, amountFen: 500n }];
  const order = await ordered(lines, accounts.spd, own.clerk);
  const opened = await app.request(funding.getFundingOrderRoute, { params: order }, finance);
  await upload(bank, params.programmeId, accounts.spd, opened.json.remarkCode);
  const query = { state: 'prepared' } as const;
  const waiting = await app.request(funding.listConfirmationsRoute, { params, query }, finance);
  const { confirmationId } = waiting.json.items[0];
  const decision = { params: { confirmationId } };
  const approved = await app.request(funding.approveConfirmationRoute, decision, finance);
  assert.equal(approved.status, 200, approved.text);
  const seen = async (as: As) =>
    (await app.request(funding.listBankLinesRoute, { params }, as)).json.items.map(
      (one: { matchedId: string }) => one.matchedId,
    );
  assert.deepEqual(await seen(finance), [order.fundingOrderId]);
  assert.deepEqual(await seen(bank), []);
});
