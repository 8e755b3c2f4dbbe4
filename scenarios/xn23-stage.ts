import assert from 'node:assert/strict';
import { fen, sumFen, type Fen } from '@huiquan/domain/fen.ts';
import { instant, instantFromText } from '@huiquan/domain/instant.ts';
import { features } from '../server/src/app.ts';
import { transact } from '../server/src/db/transact.ts';
import { verify } from '../server/src/features/audit/verify.ts';
import * as gate from '../server/src/features/gate/gate.contract.ts';
import * as redemption from '../server/src/features/redemption/redemption.contract.ts';
import * as round from '../server/src/features/round/round.contract.ts';
import { issueCodeRoute } from '../server/src/features/wallet/code.contract.ts';
import { givenFund } from '../server/src/given/fund.ts';
import { givenMerchant } from '../server/src/given/merchant.ts';
import { someStaff } from '../server/src/given/organisation.ts';
import { inXiangning } from '../server/src/given/place.ts';
import { givenProgramme, type GivenProgramme } from '../server/src/given/programme.ts';
import {
  testApp,
  type As,
  type Got,
  type TestApp,
  type TestResident,
  type TestStaff,
  type TestTill,
} from '../server/src/http/test-app.ts';
import { balancesOf } from '../server/src/ledger/post.ts';
import { solveForTests } from '../server/src/ports/captcha/captcha.sandbox.ts';

/** The programme with its 600万 in four pools, its offices and a till for each category. */
export type Xiangning = {
  readonly t: TestApp;
  readonly programme: GivenProgramme;
  readonly funds: Readonly<Record<string, string>>;
  /** The shop of each category. */
  readonly shops: Readonly<Record<string, string>>;
};

/** 县工信局, which prepares, or the 领导小组, which approves (五(一)): somebody who just signed in. */
export function office(
  { t, programme }: Xiangning,
  party: 'industry_bureau' | 'leading_group',
): Promise<TestStaff> {
  const role = party === 'industry_bureau' ? 'COM' : 'FIN';
  return t.signInStaff(role, { kind: 'party' }, programme.parties[party]);
}

/** The till of a category's shop, its cashier signed in just now. */
export function tillOf({ t, shops }: Xiangning, category: string): Promise<TestTill> {
  return t.terminal(shops[category] ?? assert.fail(category));
}

/** The clock of the scenario stands at `text`, in Beijing time. */
export function at(t: TestApp, text: string): Promise<void> {
  return t.setClock(instantFromText(`${text}+08:00`) ?? assert.fail(text));
}

/** Publishes the programme on 22 August 2023 and funds its four pools as the article says. */
export async function openXiangning(): Promise<Xiangning> {
  const t = await testApp(features);
  await at(t, '2023-08-22T09:00:00');
  const programme = await givenProgramme(t.db, { file: 'xiangning-2023' });
  const { programmeId, plan } = programme;
  const funds: Record<string, string> = {};
  for (const { id: pool, amountFen } of plan.pools) {
    const money = { programmeId, pool, amountFen: amountFen ?? 0n, keys: t.keys };
    funds[pool] = (await givenFund(t.db, money)).fundId;
  }
  const shops: Record<string, string> = {};
  for (const category of ['retail', 'appliance', 'catering']) {
    const merchant = await givenMerchant(t.db, { programmeId, category, keys: t.keys });
    shops[category] = merchant.shopId;
  }
  return { t, programme, funds, shops };
}

/** Ends the scenario: everything that happened in it must prove. */
export async function closeXiangning({ t }: Xiangning): Promise<void> {
  const report = await verify(t.db);
  await t.drop();
  assert.equal(report.firstBad, null);
}

/** Round `number`, prepared by the bureau and approved by the leading group, over the API. */
export async function openRound(
  stage: Xiangning,
  number: number,
  stock?: readonly { kind: string; quantity: number }[],
): Promise<string> {
  const { t, programme } = stage;
  const bureau = await office(stage, 'industry_bureau');
  const leaders = await office(stage, 'leading_group');
  const params = { programmeId: programme.programmeId };
  const body = stock === undefined ? { number } : { number, stock };
  const made = await t.request(round.prepareRoundRoute, { params, body }, bureau);
  assert.equal(made.status, 201, made.text);
  const { roundId, contentHash } = made.json;
  const seen = { params: { roundId }, body: { contentHash } };
  const approved = await t.request(round.approveRoundRoute, seen, leaders);
  assert.equal(approved.status, 200, approved.text);
  return String(roundId);
}

/** Passes captchas of `kinds` for a round as a careful person does. */
export async function passCaptchas(
  { t }: Xiangning,
  as: As,
  ask: { readonly roundId: string; readonly kinds: readonly ('slider' | 'picture')[] },
): Promise<string | undefined> {
  const start = t.context.clock();
  let pass: string | undefined;
  const params = { roundId: ask.roundId };
  for (const kind of ask.kinds) {
    const body = { kind, form: 'standard' };
    const offer = await t.request(gate.offerCaptchaRoute, { params, body }, as);
    assert.equal(offer.status, 200, offer.text);
    const { challenge } = offer.json;
    const solved = solveForTests(challenge, t.context.ports.captchaKeys);
    const { kind: _, ...response } = solved ?? assert.fail('no answer');
    await t.setClock(instant(t.context.clock() + 3_000));
    const sent = { challenge, ...response, ...(pass === undefined ? {} : { pass }) };
    const answer = await t.request(gate.answerCaptchaRoute, { params, body: sent }, as);
    assert.equal(answer.status, 200, answer.text);
    pass = answer.json.pass;
  }
  // The seconds spent on captchas are not what the article is about.
  await t.setClock(start);
  return pass;
}

/** A claim in the app with what it takes: both captchas passed and a place in 临汾市. */
export async function claim(
  stage: Xiangning,
  as: TestResident,
  wish: { readonly roundId: string; readonly kind: string; readonly location?: object },
): Promise<Got> {
  const { roundId, kind, location = inXiangning } = wish;
  const captchaPass = await passCaptchas(stage, as, { roundId, kinds: ['slider', 'picture'] });
  const sent = { params: { roundId }, body: { kind, captchaPass, location } };
  return stage.t.request(round.claimRoute, sent, as);
}

/** A scan of a fresh code of the resident's wallet at a till. */
export async function scan(
  { t }: Xiangning,
  as: TestResident,
  order: { readonly till: TestTill; readonly orderFen: number },
): Promise<Got> {
  const issued = await t.request(issueCodeRoute, { body: {} }, as);
  assert.equal(issued.status, 201, issued.text);
  const body = { code: issued.json.code, orderFen: order.orderFen, payment: 'merchant' };
  return t.request(redemption.tryRoute, { body }, order.till);
}

/** A scan and, where it is taken, its commit. */
export async function pay(
  stage: Xiangning,
  as: TestResident,
  order: { readonly till: TestTill; readonly orderFen: number },
): Promise<Got> {
  const tried = await scan(stage, as, order);
  if (tried.status !== 201) return tried;
  const { redemptionId } = tried.json;
  const sent = { params: { redemptionId }, body: { orderFen: order.orderFen } };
  const done = await stage.t.request(redemption.commitRoute, sent, order.till);
  assert.equal(done.json.state, 'committed', done.text);
  return done;
}

/** What one account of a pool's fund holds. */
export async function balance({ t, funds }: Xiangning, pool: string, kind: string): Promise<Fen> {
  const rows = await transact(t.db, someStaff(), (tx) => balancesOf(tx, [funds[pool] ?? '']));
  return sumFen(rows.filter((row) => row.kind === kind).map((row) => fen(row.balanceFen)));
}
