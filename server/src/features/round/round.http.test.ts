import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import { instant, instantFromText } from '@huiquan/domain/instant.ts';
import { features } from '../../app.ts';
import { givenFund } from '../../given/fund.ts';
import { someStaff } from '../../given/organisation.ts';
import { inXiangning } from '../../given/place.ts';
import { givenProgramme, smallPlan } from '../../given/programme.ts';
import { transact } from '../../db/transact.ts';
import { type As, testApp, type TestApp, type TestResident } from '../../http/test-app.ts';
import { solveForTests } from '../../ports/captcha/captcha.sandbox.ts';
import * as gate from '../gate/gate.contract.ts';
import { probeGates } from '../gate/probe.ts';
import * as contract from './round.contract.ts';
import { approveRound, prepareRound } from './round.ts';

let t: TestApp;
let roundId: string;
let programmeId: string;

const gated = `${smallPlan}
gates:
  - { gate: real_name }
  - { gate: in_app_session }
  - { gate: slider }
  - { gate: picture }
  - { gate: location, region: "1410", datum: stated_by_client }
`;
const at = (text: string) => instantFromText(text) ?? instant(0);

before(async () => {
  t = await testApp(features);
  await t.setClock(at('2023-08-30T09:00:00+08:00'));
  const programme = await givenProgramme(t.db, { planText: gated });
  ({ programmeId } = programme);
  await givenFund(t.db, { programmeId, pool: 'retail', amountFen: fen(100_000n) });
  const stock = [{ kind: 'retail_10', quantity: 3 }];
  const prepared = await transact(t.db, someStaff(), (tx) =>
    prepareRound(tx, { programmeId, number: 1, stock }),
  );
  ({ roundId } = prepared);
  await transact(t.db, someStaff(), (tx) => approveRound(tx, prepared));
  await t.setClock(at('2023-09-01T10:00:00+08:00'));
});
after(async () => {
  await t.drop();
});

/** Passes a captcha of each kind as a careful person would. */
async function passOf(as: As, kinds: readonly ('slider' | 'picture' | 'question')[]) {
  let pass: string | undefined;
  for (const kind of kinds) {
    const params = { roundId };
    const form = kind === 'question' ? 'elder' : 'standard';
    const offer = await t.request(gate.offerCaptchaRoute, { params, body: { kind, form } }, as);
    assert.equal(offer.status, 200, offer.text);
    const { challenge } = offer.json;
    const { kind: _, ...response } =
      solveForTests(challenge, t.context.ports.captchaKeys) ?? assert.fail('no answer');
    // A person needs a moment to drag the piece.
    await t.setClock(instant(t.context.clock() + 3_000));
    const body = { challenge, ...response, ...(pass === undefined ? {} : { pass }) };
    const answer = await t.request(gate.answerCaptchaRoute, { params, body }, as);
    assert.equal(answer.status, 200, answer.text);
    pass = answer.json.pass;
  }
  return pass;
}

test('a captcha answered five times at once gives one pass, an unknown round none', async () => {
  const resident = await t.signInResident();
  const offered = { params: { roundId }, body: { kind: 'question', form: 'elder' } } as const;
  const { json } = await t.request(gate.offerCaptchaRoute, offered, resident);
  const { challenge } = json;
  const { kind: _, ...response } =
    solveForTests(challenge, t.context.ports.captchaKeys) ?? assert.fail('no answer');
  await t.setClock(instant(t.context.clock() + 3_000));
  const sent = { params: { roundId }, body: { challenge, ...response } };
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => t.request(gate.answerCaptchaRoute, sent, resident)),
  );
  const told = answers.map((one) => one.code ?? one.status).toSorted();
  assert.deepEqual(told, [200, ...Array.from({ length: 4 }, () => 'captcha_invalid')]);
  const unknown = { ...offered, params: { roundId: randomUUID() } };
  assert.equal((await t.request(gate.offerCaptchaRoute, unknown, resident)).code, 'not_found');
});

type Wish = { captchaPass?: string | undefined; location?: unknown; key?: string };

function claim(as: TestResident, { key, ...wish }: Wish) {
  const body = Object.fromEntries(
    Object.entries({ kind: 'retail_10', ...wish }).filter(([, value]) => value !== undefined),
  );
  const sent = { params: { roundId }, body, ...(key === undefined ? {} : { key }) };
  return t.request(contract.claimRoute, sent, as);
}

test(
  'who passed both captchas within 临汾 gets a voucher, and a retry of the request ' +
    'the same one',
  async () => {
    const resident = await t.signInResident();
    const captchaPass = await passOf(resident, ['slider', 'picture']);
    const key = randomUUID();
    const first = await claim(resident, { captchaPass, location: inXiangning, key });
    assert.equal(first.status, 201, first.text);
    assert.equal(first.json.faceFen, 1_000);
    assert.equal(first.json.validTo, '2023-09-07T23:00:00+08:00');
    const again = await claim(resident, { key });
    assert.equal(again.status, 201, again.text);
    assert.deepEqual(again.json, first.json);
    assert.equal(again.headers['idempotent-replayed'], 'true');
  },
);

test(
  'without captcha, with one of two, or with a pass of somebody else there is no ' + 'voucher',
  async () => {
    const [one, two] = [await t.signInResident(), await t.signInResident()];
    const location = inXiangning;
    assert.equal((await claim(one, { location })).code, 'captcha_required');
    const half = await passOf(one, ['slider']);
    assert.equal((await claim(one, { location, captchaPass: half })).code, 'captcha_required');
    const whole = await passOf(one, ['slider', 'picture']);
    assert.equal((await claim(two, { location, captchaPass: whole })).code, 'captcha_invalid');
  },
);

test('each reason for which a place does not do is told as it is', async () => {
  const resident = await t.signInResident();
  const told = async (change: Record<string, unknown> | undefined) =>
    (await claim(resident, (change && { location: { ...inXiangning, ...change } }) || {})).code;
  assert.equal(await told(undefined), 'location_required');
  assert.equal(await told({ accuracyM: 1_001 }), 'location_inaccurate');
  assert.equal(await told({ ageMs: 60_001 }), 'location_inaccurate');
  assert.equal(await told({ longitude: 116.4, latitude: 39.9 }), 'location_not_eligible');
  assert.equal(await told({ longitude: 0, latitude: 0 }), 'location_not_eligible');
  assert.equal(await told({ isMocked: true }), 'location_not_eligible');
});

test('who has not agreed to be located or named is told so, and claims nothing', async () => {
  const resident = await t.signInResident();
  const withdraw = (purpose: string) =>
    t.sql(`update consent set answer = 'refused' where resident_account_id = $1 and purpose = $2`, [
      resident.accountId,
      purpose,
    ]);
  await withdraw('location');
  const got = await claim(resident, { location: inXiangning });
  assert.deepEqual([got.code, got.json.purpose], ['consent_required', 'location']);
  await withdraw('real_name');
  const unnamed = await claim(resident, { location: inXiangning });
  assert.deepEqual([unnamed.code, unnamed.json.purpose], ['consent_required', 'real_name']);
});

test('长辈版 passes with a question in words', async () => {
  const resident = await t.signInResident();
  const captchaPass = await passOf(resident, ['question']);
  const got = await claim(resident, { captchaPass, location: inXiangning });
  assert.equal(got.status, 201, got.text);
});

test(
  'when the captcha or location service is down nobody gets a voucher and ' + 'everybody sees why',
  async () => {
    const resident = await t.signInResident();
    const captchaPass = await passOf(resident, ['slider', 'picture']);
    t.sandboxes.location.become({ kind: 'down' });
    const got = await claim(resident, { captchaPass, location: inXiangning });
    assert.deepEqual([got.status, got.code], [503, 'risk_controls_degraded']);
    assert.notEqual(got.headers['retry-after'], undefined);
    t.sandboxes.location.become({ kind: 'up' });
    const still = await claim(resident, { captchaPass, location: inXiangning });
    assert.equal(still.code, 'risk_controls_degraded');
    const { json } = await t.request(gate.listGatesRoute);
    const state = json.items.find((one: { gate: string }) => one.gate === 'location').state;
    assert.equal(state, 'degraded');
    for (let probe = 0; probe < 3; probe += 1) await probeGates(t.context);
    assert.equal((await claim(resident, { captchaPass, location: inXiangning })).status, 201);
  },
);

test('the calendar is public, counts what is left and carries the server time', async () => {
  const got = await t.request(contract.listRoundsRoute, { params: { programmeId } });
  assert.equal(got.status, 200, got.text);
  assert.equal(got.json.items.length, 15);
  const [first, second] = got.json.items;
  assert.deepEqual(first.stock, [{ kind: 'retail_10', quantity: 3, remaining: 0 }]);
  assert.equal(second.state, 'planned');
});

test(
  'when the stock is gone that is told at once, and a clerk opens the next round ' + 'with another',
  async () => {
    const resident = await t.signInResident();
    const captchaPass = await passOf(resident, ['slider', 'picture']);
    const got = await claim(resident, { captchaPass, location: inXiangning });
    assert.deepEqual([got.status, got.code], [409, 'sold_out']);
    const commerce = await t.signInStaff('COM', { kind: 'programme', id: programmeId });
    const finance = await t.signInStaff('FIN', { kind: 'programme', id: programmeId });
    const stock = [{ kind: 'retail_10', quantity: 5 }];
    const params = { programmeId };
    const body = { number: 2, stock };
    const prepared = await t.request(contract.prepareRoundRoute, { params, body }, commerce);
    assert.equal(prepared.status, 201, prepared.text);
    const seen = {
      params: { roundId: prepared.json.roundId },
      body: { contentHash: prepared.json.contentHash },
    };
    const own = await t.request(contract.approveRoundRoute, seen, commerce);
    assert.equal(own.status, 404, 'approving is not the function of the one who prepares');
    const approved = await t.request(contract.approveRoundRoute, seen, finance);
    assert.equal(approved.status, 200, approved.text);
  },
);
