import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan } from './check.ts';
import { cleanPlanWith } from './clean-plan.ts';
import type { Finding, FindingCode } from './findings.ts';
import type { SubsidyFile } from './schema-money.ts';

const clean: SubsidyFile = {
  id: 'bicycle',
  name: '电动自行车补贴',
  pool: 'public',
  voucher_matches_by: 'face',
  card_payment: { amount: 1000 },
  papers: ['发票'],
  papers_due: '2026-05-31 24:00',
  tiers: [
    { class: 'bicycle', class_name: '电动自行车', at_least: 1000, at_most: 2000, subsidy: 100 },
    { class: 'bicycle', class_name: '电动自行车', over: 2000, under: 4000, subsidy: 200 },
    { class: 'bicycle', class_name: '电动自行车', at_least: 4000, subsidy: 300 },
  ],
  clause: '十一',
};

function found(code: FindingCode, change: (subsidy: SubsidyFile) => void): readonly Finding[] {
  const subsidy = structuredClone(clean);
  change(subsidy);
  const plan = cleanPlanWith((copy) => (copy.subsidies = [subsidy]));
  return checkPlan(plan).filter((one) => one.code === code);
}

/** Changes the second tier, whose printed form is (2000, 4000). */
function second(change: Partial<SubsidyFile['tiers'][number]>) {
  return (subsidy: SubsidyFile) => {
    subsidy.tiers = subsidy.tiers.map((tier, index) =>
      index === 1
        ? { class: tier.class, class_name: tier.class_name, subsidy: tier.subsidy, ...change }
        : tier,
    );
  };
}

test('tiers that meet at open and closed ends have no finding', () => {
  const plan = cleanPlanWith((copy) => (copy.subsidies = [clean]));
  assert.deepEqual(
    checkPlan(plan).map((one) => one.code),
    ['feature_not_built'],
  );
});

test('two tiers that both hold one amount overlap', () => {
  assert.equal(found('tiers_overlap', second({ at_least: 2000, under: 4000 })).length, 1);
  assert.equal(found('tiers_overlap', second({ over: 2000, at_most: 4000 })).length, 1);
  assert.equal(found('tiers_overlap', second({ over: 2000 })).length, 1);
  assert.equal(found('tiers_overlap', second({ at_least: 2000.01, under: 4000 })).length, 0);
});

test('an amount that no tier holds is a gap, even a single 分', () => {
  assert.equal(found('tiers_gap', second({ over: 2000, under: '3999.99' })).length, 1);
  assert.equal(found('tiers_gap', second({ over: 2000, at_most: '3999.99' })).length, 0);
  const [one] = found('tiers_gap', second({ over: 2500, under: 4000 }));
  assert.match(one?.message ?? '', /2000元（含）.*2500元（不含）/);
});

test('a tier without any amount stops the plan', () => {
  assert.equal(found('tier_empty', second({ over: 3000, at_most: 3000 })).length, 1);
});

test('one face in two tiers is ambiguous where the voucher is matched by its face alone', () => {
  const twice = (subsidy: SubsidyFile) => {
    subsidy.tiers.push({ class: 'moped', class_name: '轻便摩托', at_least: 1000, subsidy: 200 });
  };
  const [one] = found('tier_face_ambiguous', twice);
  assert.equal(one?.figures['face_fen'], 20_000);
  assert.match(one?.message ?? '', /电动自行车.*轻便摩托/);
  const told = (subsidy: SubsidyFile) => {
    twice(subsidy);
    subsidy.voucher_matches_by = 'class_and_face';
  };
  assert.equal(found('tier_face_ambiguous', told).length, 0);
});

test('"or more" beside "more than" is a conflict about the card payment', () => {
  const conflict = found('card_payment_wording_conflict', (subsidy) => {
    subsidy.card_payment = {
      printed: [{ amount: '1万元' }, { amount: 10000, strict: true }],
      effective: { amount: '1万元' },
      resolved_by: '县商务局',
      reason: '经研究',
    };
  });
  assert.deepEqual(conflict[0]?.figures['readings'], ['1万元或以上', '大于1万元']);
  const same = found('card_payment_wording_conflict', (subsidy) => {
    subsidy.card_payment = {
      printed: [{ amount: '1万元' }, { amount: 10000 }],
      effective: { amount: '1万元' },
      resolved_by: '县商务局',
      reason: '写法不同，数额相同',
    };
  });
  assert.deepEqual(same, []);
});

test('papers due before the last voucher ends are reported', () => {
  const due = (text: string) => (subsidy: SubsidyFile) => (subsidy.papers_due = text);
  assert.equal(found('papers_due_before_last_voucher', due('2026-05-12 23:59')).length, 1);
  assert.equal(found('papers_due_before_last_voucher', due('2026-05-12 24:00')).length, 0);
});

test('a subsidy voucher must have the face of its tier and settle to its holder', () => {
  const tied = (subsidy: SubsidyFile) => {
    for (const tier of subsidy.tiers) tier.kind = 'shop_50';
  };
  assert.equal(found('tier_face_differs', tied).length, 3);
  assert.equal(found('subsidy_settles_to_merchant', tied).length, 3);
});
