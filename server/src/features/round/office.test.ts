import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { instantFromText } from '@huiquan/domain/instant.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { transact } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { givenPersons } from '../../given/issuing.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme, smallPlan } from '../../given/programme.ts';
import { testApp, type TestApp } from '../../http/test-app.ts';
import { claimVouchers } from './claim.ts';
import * as contract from './office.contract.ts';
import { officeRoundRoutes } from './office.routes.ts';
import { approveRound, prepareRound, requestRestart, stopRound } from './round.ts';

const rolling = smallPlan.replace(
  'quantities: { retail_10: 100, catering_20: 50 }',
  'quantities: { retail_10: 100, catering_20: 50 }\n    leftovers: roll_over_by_adjustment',
);
let app: TestApp;
before(async () => {
  app = await testApp([{ name: 'round', routes: () => officeRoundRoutes }]);
});
after(() => app.drop());

const at = async (text: string) => {
  const instant = instantFromText(text);
  assert.ok(instant !== undefined);
  await app.setClock(instant);
};

async function givenOpenRound() {
  await at('2023-08-30T09:00:00+08:00');
  const { programmeId, parties } = await givenProgramme(app.db, { planText: rolling });
  await givenFund(app.db, { programmeId, pool: 'retail', amountFen: 10_000n });
  const wish = { programmeId, number: 1, stock: [{ kind: 'retail_10', quantity: 6 }] };
  const prepared = await transact(app.db, someStaff(), (tx) => prepareRound(tx, wish));
  await transact(app.db, someStaff(), (tx) => approveRound(tx, prepared));
  const { roundId } = prepared;
  await at('2023-09-01T10:00:00+08:00');
  const [personId = ''] = await givenPersons(app.db, 1);
  const captchaNonce = newId();
  const claim = { roundId, kind: 'retail_10', personId, deviceId: personId, captchaNonce };
  await transact(app.db, someStaff(), (tx) => claimVouchers(tx, [claim]));
  const scope = { kind: 'programme', id: programmeId };
  const bureau = await app.signInStaff('COM', scope, parties['commerce']);
  return { programmeId, roundId, bureau };
}

test('organisers see stock by kind and fund, what was given, and what pools have', async () => {
  const { programmeId, roundId, bureau } = await givenOpenRound();
  const params = { programmeId };
  const told = await app.request(contract.officeRoundsRoute, { params }, bureau);
  assert.equal(told.status, 200, told.text);
  assert.deepEqual(told.json.desk, { mayPrepare: true, mayApprove: false, approvers: [] });
  const [first, second] = told.json.items;
  assert.deepEqual(
    [first.number, first.roundId, first.state, first.mayRollOver],
    [1, roundId, 'approved', true],
  );
  const [catering, retail] = first.stock.toSorted((a: { kind: string }, b: { kind: string }) =>
    a.kind < b.kind ? -1 : 1,
  );
  assert.deepEqual([catering.quantity, catering.issued], [0, 0]);
  assert.deepEqual(
    [retail.name, retail.poolName, retail.faceFen, retail.quantity, retail.issued],
    ['零售10元券', '通用零售', 1_000, 6, 1],
  );
  assert.deepEqual([first.shares[0].funderName, first.shares[0].amountFen], ['县财政局', 6_000]);
  assert.deepEqual(
    [second.state, second.roundId, second.stock[0].quantity],
    ['planned', undefined, 100],
  );
  const pool = told.json.pools.find((one: { pool: string }) => one.pool === 'retail');
  assert.deepEqual([pool.name, pool.availableFen, pool.expiredFen], ['通用零售', 4_000, 0]);
});

test('a rush is watched by the stock alone; a stop and the wish to go on are seen', async () => {
  const { programmeId, roundId, bureau } = await givenOpenRound();
  const live = () => app.request(contract.liveRoundRoute, { params: { roundId } }, bureau);
  const running = (await live()).json;
  assert.deepEqual(
    [running.state, running.items],
    ['approved', [{ kind: 'retail_10', quantity: 6, issued: 1 }]],
  );
  const reason = '系统异常';
  await transact(app.db, someStaff(), (tx) => stopRound(tx, { roundId, reason }));
  const clerk = someStaff();
  const asked = { roundId, reason: '异常已排除' };
  const { restartId } = await transact(app.db, clerk, (tx) => requestRestart(tx, asked));
  assert.equal((await live()).json.state, 'stopped');
  const told = await app.request(contract.officeRoundsRoute, { params: { programmeId } }, bureau);
  const { restart } = told.json.items[0];
  assert.deepEqual(
    [restart.restartId, restart.reason, restart.preparedBy],
    [restartId, '异常已排除', clerk.id],
  );
});

test('who has no part in the programme sees neither its rounds nor its rush', async () => {
  const { programmeId, roundId } = await givenOpenRound();
  const elsewhere = await givenProgramme(app.db);
  const scope = { kind: 'programme', id: elsewhere.programmeId };
  const stranger = await app.signInStaff('COM', scope);
  const rounds = await app.request(
    contract.officeRoundsRoute,
    { params: { programmeId } },
    stranger,
  );
  const live = await app.request(contract.liveRoundRoute, { params: { roundId } }, stranger);
  assert.deepEqual([rounds.status, live.status], [404, 404]);
});

test('the party a plan names finds the approval on its desk, others learn who has it', async () => {
  await at('2023-08-30T09:00:00+08:00');
  const planText = rolling.replace(
    'approvals: []',
    'approvals:\n  - { act: adjust_rounds, prepared_by: [commerce], approved_by: [finance] }',
  );
  const { programmeId, parties } = await givenProgramme(app.db, { planText });
  const scope = { kind: 'programme', id: programmeId };
  const deskOf = async (role: 'COM' | 'FIN', party: string) => {
    const staff = await app.signInStaff(role, scope, parties[party]);
    const told = await app.request(contract.officeRoundsRoute, { params: { programmeId } }, staff);
    return told.json.desk;
  };
  const approvers = ['县财政局'];
  assert.deepEqual(await deskOf('FIN', 'finance'), {
    mayPrepare: false,
    mayApprove: true,
    approvers,
  });
  assert.deepEqual(await deskOf('COM', 'commerce'), {
    mayPrepare: true,
    mayApprove: false,
    approvers,
  });
  assert.deepEqual(await deskOf('FIN', 'government'), {
    mayPrepare: false,
    mayApprove: false,
    approvers,
  });
});
