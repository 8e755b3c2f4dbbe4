import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { randomUUID } from 'node:crypto';
import { fen } from '@huiquan/domain/fen.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { givenFund } from '../../given/fund.ts';
import { givenIssuedBatch, givenRoster } from '../../given/issuing.ts';
import { givenMerchant } from '../../given/merchant.ts';
import { type GivenProgramme, givenProgramme } from '../../given/programme.ts';
import { givenRedemption } from '../../given/redemption.ts';
import { testApp, type TestApp, type TestStaff } from '../../http/test-app.ts';
import { verify } from '../audit/verify.ts';
import { listPaperRoute, registerPaperRoute } from '../paper/paper.contract.ts';
import { paperRoutes } from '../paper/paper.routes.ts';
import { articleFrom } from './article-of.ts';
import { evaluateRoute } from './evaluation.contract.ts';
import { evaluationRoutes } from './evaluation.routes.ts';

let app: TestApp;
let union: GivenProgramme;
let organiser: TestStaff;
let clerk: TestStaff;
let neighbour: TestStaff;
let branch: string;
let fundId: string;

before(async () => {
  app = await testApp([
    { name: 'paper', routes: () => paperRoutes },
    { name: 'evaluation', routes: evaluationRoutes },
  ]);
  await app.setClock(instant(Date.parse('2020-05-08T10:00:00+08:00')));
  union = await givenProgramme(app.db, { file: 'shanxi-union-2020' });
  const { organiserId, programmeId } = union;
  const below = (name: string) =>
    app.organisation({ parentId: organiserId, kind: 'branch_union', name });
  branch = await below('一厂工会');
  const other = await below('二厂工会');
  const own = (id: string) => ({ kind: 'organisation', id });
  organiser = await app.signInStaff('UNI', own(organiserId), organiserId);
  clerk = await app.signInStaff('BUC', own(branch), branch);
  neighbour = await app.signInStaff('BUC', own(other), other);
  const place = { programmeId, pool: 'voucher', channel: 'unionpay_app' };
  const amountFen = fen(60_000n);
  ({ fundId } = await givenFund(app.db, { ...place, funderId: branch, amountFen }));
});
after(async () => {
  assert.equal((await verify(app.db)).firstBad, null);
  await app.drop();
});

const register = (as: TestStaff, issuedCount: number) =>
  app.request(registerPaperRoute, { body: { fundId, faceFen: 30_000, issuedCount } }, as);
const evaluate = (as: TestStaff, programmeId = union.programmeId) =>
  app.request(evaluateRoute, { params: { programmeId } }, as);

test(
  'a branch union registers its own paper vouchers, its neighbour does not see ' + 'them',
  async () => {
    assert.equal((await register(neighbour, 5)).status, 404);
    const made = await register(clerk, 5);
    assert.equal(made.status, 201, made.text);
    const { programmeId } = union;
    const list = (as: TestStaff) => app.request(listPaperRoute, { params: { programmeId } }, as);
    const own = await list(clerk);
    assert.deepEqual(
      own.json.items.map((one: { name: string; issuedCount: number }) => [
        one.name,
        one.issuedCount,
      ]),
      [['一厂工会', 5]],
    );
    assert.deepEqual((await list(neighbour)).json.items, []);
    assert.equal((await list(organiser)).json.items.length, 1);
  },
);

test('an evaluation tells issue, spending and leverage of a running programme', async () => {
  const { programmeId } = union;
  const faceFen = fen(30_000n);
  const choices = { faceFen, voucherCount: 1, source: 'electronic' };
  const roster = { programmeId, organisationId: branch, persons: 2, ...choices };
  const { rosterId, personIds } = await givenRoster(app.db, roster);
  await givenIssuedBatch(app.db, rosterId);
  const { keys } = app;
  const merchant = await givenMerchant(app.db, { programmeId, category: 'catering', keys });
  const [personId = ''] = personIds;
  await givenRedemption(app.db, { merchant, keys, personId, orderFen: fen(75_000n) });
  const answer = await evaluate(organiser);
  assert.equal(answer.status, 200, answer.text);
  const figures = new Map<string, string | undefined>(
    answer.json.figures.map((one: { id: string; value?: string }) => [one.id, one.value]),
  );
  assert.equal(figures.get('leverage.issued'), '1.25');
  assert.equal(figures.get('leverage.redeemed'), '2.50');
  assert.equal(figures.get('rate.redeemed'), '50.00');
  assert.equal(figures.get('share.paper'), '71.43');
  assert.equal(figures.has('planned.total'), true);
  assert.equal(figures.get('planned.total'), undefined);
  assert.deepEqual(answer.json.categories, [
    { industry: 'catering', count: 1, orderFen: 75_000, redeemedFen: 30_000 },
  ]);
});

test('an evaluation of another organiser or of nothing is absent', async () => {
  const foreign = await givenProgramme(app.db);
  assert.equal((await evaluate(organiser, foreign.programmeId)).status, 404);
  assert.equal((await evaluate(organiser, randomUUID())).status, 404);
});

test('an evaluation file with a figure that is no number is not read', () => {
  const text = (printed: string) =>
    `{format: 1, plan: p, title: t, figures: [{figure: spending, printed: '${printed}', ` +
    `unit: 亿元, clause: 一}]}`;
  assert.equal(articleFrom(text('1.9')).figures.length, 1);
  assert.throws(() => articleFrom(text('近2')), /not an evaluation file/);
});
