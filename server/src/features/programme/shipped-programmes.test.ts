import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fen, sumFen, yuan } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import type { FindingCode } from '@huiquan/domain/plan/findings.ts';
import { shiftPlan } from '@huiquan/domain/plan/shift.ts';
import { validityOf } from '@huiquan/domain/plan/validity.ts';
import { amendPlan, checkPlanFile, checkPlanValue } from './plan-file.ts';

const programmes = new URL('../../../../programmes/', import.meta.url);

function checked(name: string) {
  const text = readFileSync(new URL(`${name}.yaml`, programmes), 'utf8');
  const { file, plan, findings } = checkPlanFile(text);
  assert.ok(file !== undefined && plan !== undefined, `${name} has errors`);
  const of = (code: FindingCode) => findings.filter((one) => one.code === code);
  return { file, plan, findings, of };
}

function codesOf(name: string): readonly FindingCode[] {
  const codes = checked(name).findings.map((one) => one.code);
  return [...new Set(codes)].filter((code) => code !== 'value_resolved').toSorted();
}

test('what the plan checker says of a shipped programme is said in words', () => {
  for (const name of ['xiangning-2023', 'shenmu-2023', 'shanxi-union-2020', 'shanxi-union-2025']) {
    for (const { code, message } of checked(name).findings) {
      assert.doesNotMatch(message, /[{}[\]"]|\b(?:true|false|null|undefined)\b|_/, code);
    }
  }
  const [validity] = checked('xiangning-2023').of('value_resolved');
  assert.ok(validity);
});

function poolOf(plan: Plan, id: string) {
  return plan.pools.find((pool) => pool.id === id)?.amountFen;
}

test('XN23 二(六), 三(五)1: 600万 are 50 car, 300 retail, 180 appliance and 70 catering', () => {
  const { plan } = checked('xiangning-2023');
  assert.equal(poolOf(plan, 'car'), yuan(500_000));
  assert.equal(poolOf(plan, 'retail'), yuan(3_000_000));
  assert.equal(poolOf(plan, 'appliance'), yuan(1_800_000));
  assert.equal(poolOf(plan, 'catering'), yuan(700_000));
  assert.equal(sumFen(plan.pools.flatMap((pool) => pool.amountFen ?? [])), plan.totalFen);
});

test('XN23 三(二): fifteen Fridays at 10:00, each voucher valid to next Thursday 23:00', () => {
  const { plan } = checked('xiangning-2023');
  const opens = plan.rounds.map((round) => instantText(round.opensAt));
  assert.equal(opens.length, 15);
  assert.equal(opens[0], '2023-09-01T10:00:00+08:00');
  assert.equal(opens.at(-1), '2023-12-08T10:00:00+08:00');
  const last = plan.rounds.at(-1);
  assert.ok(last);
  const { validTo } = validityOf(plan, 'retail_10', last.opensAt);
  assert.equal(instantText(validTo), '2023-12-14T23:00:00+08:00');
  assert.equal(validTo - last.opensAt, (6 * 24 + 13) * 3_600_000);
});

test('XN23 三(五)2: 50−10, 180−40, 500−80, 2000−300, 100−20, 200−50, reached not exceeded', () => {
  const { plan } = checked('xiangning-2023');
  const shops = plan.kinds.filter((kind) => kind.settlesTo === 'merchant');
  const terms = shops.map(({ threshold, face }) => [
    threshold.amountFen,
    face.type === 'fixed' ? face.faceFen : undefined,
    threshold.strict,
  ]);
  assert.deepEqual(terms, [
    [yuan(50), yuan(10), false],
    [yuan(180), yuan(40), false],
    [yuan(500), yuan(80), false],
    [yuan(2000), yuan(300), false],
    [yuan(100), yuan(20), false],
    [yuan(200), yuan(50), false],
  ]);
});

test('XN23: the file itself yields every contradiction and silence of the document', () => {
  assert.deepEqual(codesOf('xiangning-2023'), [
    'card_payment_wording_conflict',
    'category_reviewer_silent',
    'feature_not_built',
    'location_wider_than_region',
    'papers_due_before_last_voucher',
    'person_limit_silent',
    'refund_policy_silent',
    'round_end_silent',
    'round_quantities_silent',
    'rounds_do_not_spend_the_pools',
    'several_vouchers_per_payment_silent',
    'tier_face_ambiguous',
    'unspent_money_silent',
    'validity_wording_conflict',
    'voucher_outlives_programme',
  ]);
});

test('XN23 三(五)1: 15 × 30万 is 450万 against 550万 of grab pools', () => {
  const { of } = checked('xiangning-2023');
  const [printed] = of('rounds_do_not_spend_the_pools');
  assert.equal(printed?.figures['rounds_fen'], 450_000_000);
  assert.equal(printed?.figures['pools_fen'], 550_000_000);
  assert.equal(printed?.clause, '三(二)、三(五)1');
});

test('XN23 三(四)3: 3000元 is the second fuel tier and the first of new energy', () => {
  const { of, plan } = checked('xiangning-2023');
  const ambiguous = of('tier_face_ambiguous');
  assert.deepEqual(
    ambiguous.map((one) => one.figures['face_fen']),
    [300_000],
  );
  const subsidies = plan.subsidies[0]?.tiers.map((tier) => [tier.class, tier.subsidyFen]);
  assert.deepEqual(subsidies, [
    ['fuel', yuan(2000)],
    ['fuel', yuan(3000)],
    ['fuel', yuan(5000)],
    ['new_energy', yuan(3000)],
    ['new_energy', yuan(4000)],
    ['new_energy', yuan(6000)],
  ]);
});

test('SM23 七(二): 200元 are five vouchers of 40元, and nothing else is open than its silences', () => {
  const { plan } = checked('shenmu-2023');
  assert.deepEqual(plan.packs[0]?.contents, [{ kind: 'resident_40', count: 5 }]);
  assert.equal(poolOf(plan, 'residents'), yuan(100_000_000));
  assert.deepEqual(plan.unspent, { to: 'finance_account', withinWorkingDays: 10 });
  const [kind] = plan.kinds;
  assert.deepEqual(kind?.threshold, { amountFen: fen(4000), strict: false });
  assert.deepEqual(codesOf('shenmu-2023'), [
    'dates_provisional',
    'refund_policy_silent',
    'several_vouchers_per_payment_silent',
    'single_voucher_date_silent',
  ]);
});

test('SX20 一(二): more than the face, to 6-30 24:00, and money in four classes in order', () => {
  const { plan } = checked('shanxi-union-2020');
  const kind = plan.kinds.find((one) => one.id === 'union_300');
  assert.deepEqual(kind?.threshold, { amountFen: yuan(300), strict: true });
  assert.equal(instantText(plan.endsAt), '2020-07-01T00:00:00+08:00');
  const sources = plan.pools[0]?.funders;
  assert.deepEqual(sources, ['dues', 'retained', 'admin_subsidy', 'after_tax_profit']);
  assert.deepEqual(new Set(plan.funders.map((one) => one.remarkCode)), new Set(['1400']));
  assert.deepEqual(codesOf('shanxi-union-2020'), [
    'feature_not_built',
    'refund_policy_silent',
    'registration_hour_silent',
    'registration_meets_issue_end',
  ]);
});

test('SX20E: the notice of delay moves the end from 6-30 to 7-10 and nothing else', () => {
  const { file, plan } = checked('shanxi-union-2020');
  const later = amendPlan(file, 1).plan;
  assert.ok(later);
  assert.equal(instantText(later.endsAt), '2020-07-11T00:00:00+08:00');
  const issued = plan.startsAt;
  const { validTo } = validityOf(later, 'union_300', issued);
  assert.equal(instantText(validTo), '2020-07-11T00:00:00+08:00');
  const paper = validityOf(later, 'paper_300', issued);
  assert.equal(instantText(paper.validTo), '2020-07-01T00:00:00+08:00');
  assert.deepEqual(later.funders, plan.funders);
});

test('SX25: the ten measures are caps with their clause and the day from which they hold', () => {
  const { plan } = checked('shanxi-union-2025');
  const cap = (benefit: string) => plan.benefits.find((one) => one.benefit === benefit);
  assert.deepEqual([cap('voucher')?.maxFen, cap('voucher')?.maxCount], [yuan(300), 1]);
  assert.equal(cap('culture')?.maxFen, yuan(500));
  assert.equal(cap('outing')?.maxCount, 4);
  assert.equal(cap('festival')?.maxFen, yuan(2200));
  assert.deepEqual([cap('birth_third')?.maxFen, cap('birth_third')?.per], [yuan(2500), 'spouse']);
  assert.deepEqual(new Set(plan.benefits.map((one) => one.effectiveFrom)), new Set(['2025-06-20']));
  assert.deepEqual(codesOf('shanxi-union-2025'), ['feature_not_built']);
});

test('Xiangning moved by whole weeks for a demonstration has the same findings', () => {
  const { file, findings } = checked('xiangning-2023');
  const moved = checkPlanValue(shiftPlan(file, 52));
  assert.deepEqual(
    moved.findings.map((one) => one.code),
    findings.map((one) => one.code),
  );
});
