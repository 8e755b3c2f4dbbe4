import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan } from './check.ts';
import { cleanPlan, cleanPlanWith } from './clean-plan.ts';
import type { Finding, FindingCode } from './findings.ts';
import type { PlanFile } from './plan.ts';

function found(code: FindingCode, change: (plan: PlanFile) => void): readonly Finding[] {
  return checkPlan(cleanPlanWith(change)).filter((one) => one.code === code);
}

/** Changes the one calendar issuing of the clean plan. */
function rounds(change: (issuing: PlanFile['issuing'][number]) => void) {
  return (plan: PlanFile) => {
    for (const issuing of plan.issuing) if (issuing.id === 'rounds') change(issuing);
  };
}

test('a plan without faults has no findings at all', () => {
  assert.deepEqual(checkPlan(cleanPlan), []);
});

test('a printed sum per round that leaves money in the pools is reported with both sums', () => {
  const [one] = found(
    'rounds_do_not_spend_the_pools',
    rounds((issuing) => {
      issuing.round_budget = '8万元';
      issuing.quantities = { food_20: 2000, shop_50: 1000 };
    }),
  );
  assert.equal(one?.figures['rounds_fen'], 80_000_000);
  assert.equal(one?.figures['pools_fen'], 100_000_000);
  assert.equal(one?.clause, '六');
  assert.match(one?.message ?? '', /10轮×每轮8万元＝80万元.*100万元.*20万元没有轮次可发/);
});

test('quantities that spend a pool to within one small voucher a round are no fault', () => {
  const enough = rounds((issuing) => {
    issuing.quantities = { food_20: 2500, shop_50: 999 };
  });
  assert.equal(found('rounds_do_not_spend_the_pools', enough).length, 1);
  const nearly = (plan: PlanFile) => {
    rounds((issuing) => (issuing.round_quantities = [{ round: 1, quantities: { food_20: 2491 } }]))(
      plan,
    );
  };
  assert.equal(found('rounds_do_not_spend_the_pools', nearly).length, 0);
});

test('a limit that nobody can count stops the plan: a device or a round at the till', () => {
  const limited = (limit: NonNullable<PlanFile['limits']>[number]) =>
    found('limit_cannot_count', (plan) => void (plan.limits = [limit])).length;
  const most = { of: 'each_kind', max: 1 } as const;
  assert.equal(limited({ ...most, action: 'redeem', period: 'day', entity: 'device' }), 1);
  assert.equal(limited({ ...most, action: 'redeem', period: 'round', entity: 'person' }), 1);
  assert.equal(limited({ ...most, action: 'issue', period: 'year', entity: 'shop' }), 1);
  assert.equal(limited({ ...most, action: 'redeem', period: 'day', entity: 'phone' }), 0);
  assert.equal(limited({ ...most, action: 'claim', period: 'round', entity: 'device' }), 0);
});

test('rounds that hand out more than the pools hold stop the plan', () => {
  const [one] = found(
    'rounds_exceed_the_pools',
    rounds((issuing) => {
      issuing.round_budget = '12万元';
      issuing.quantities = { food_20: 3500, shop_50: 1000 };
    }),
  );
  assert.equal(one?.severity, 'error');
});

test('quantities a tenth away from the sum per round are reported', () => {
  const off = rounds((issuing) => {
    issuing.round_quantities = [{ round: 3, quantities: { shop_50: 400 } }];
  });
  const [one] = found('round_budget_not_met', off);
  assert.deepEqual(one?.figures['rounds'], ['3']);
});

test('pools above the total stop the plan, pools below it are a warning', () => {
  const over = found('pools_exceed_total', (plan) => (plan.total = '111万元'));
  assert.equal(over[0]?.severity, 'error');
  const under = found('pools_do_not_add_up', (plan) => (plan.total = '113万元'));
  assert.match(under[0]?.message ?? '', /1万元没有归入/);
});

test('funders that bring less than the pools hold are reported', () => {
  const short = found('funders_do_not_cover_pools', (plan) => {
    for (const funder of plan.funders) funder.amount = 50_000;
  });
  assert.equal(short[0]?.figures['funders_fen'], 10_000_000);
});

test('two funders of one pool with the same order of use are reported', () => {
  const same = found('funder_order_ambiguous', (plan) => {
    for (const funder of plan.funders) funder.order_of_use = 1;
    for (const pool of plan.pools) pool.funders = ['fiscal', 'works'];
  });
  assert.equal(same.length, 2);
});

test('a pack whose vouchers do not add up to its amount stops the plan', () => {
  const off = found('pack_amount_differs', (plan) => {
    for (const pack of plan.packs ?? []) pack.amount = 200;
  });
  assert.match(off[0]?.message ?? '', /200元.*120元/);
});

test('channel shares that are not the whole stop the plan', () => {
  const off = found('channel_shares_not_whole', (plan) => {
    for (const channel of plan.channels ?? []) channel.share_percent = 60;
  });
  assert.equal(off[0]?.figures['sum_percent'], 60);
});

test('a threshold one 分 below the face is reported, one equal to it is not', () => {
  const set = (amount: string) => (plan: PlanFile) => {
    for (const kind of plan.kinds) if (kind.id === 'food_20') kind.threshold = { amount };
  };
  assert.equal(found('threshold_below_face', set('19.99')).length, 1);
  assert.equal(found('threshold_below_face', set('20')).length, 0);
});

test('a face by tiers is judged tier by tier', () => {
  const tiers = found('threshold_below_face', (plan) => {
    for (const kind of plan.kinds) {
      kind.face = {
        tiers: [
          { order_at_least: 100, face: 20 },
          { order_at_least: 300, face: 301 },
        ],
      };
    }
  });
  assert.equal(tiers[0]?.figures['face_fen'], 30_100);
  assert.equal(tiers.length, 3);
});

test('union money above 300元 a person is refused with the document that says so', () => {
  const union = (face: number) => (plan: PlanFile) => {
    for (const funder of plan.funders) funder.source = 'dues';
    for (const issuing of plan.issuing) if (issuing.pack) issuing.per_person = face;
  };
  assert.equal(found('over_legal_cap', union(300)).length, 0);
  const [over] = found('over_legal_cap', union(300.01));
  assert.equal(over?.severity, 'error');
  assert.match(over?.clause ?? '', /晋工办发〔2025〕26号/);
});

test('a benefit above the cap in force on its day is refused, before that day it is not', () => {
  const birthday = (from: string) => (plan: PlanFile) => {
    plan.benefits = [
      {
        id: 'birthday',
        benefit: 'birthday',
        name: '生日慰问',
        per: 'member',
        period: 'year',
        max_amount: 501,
        effective_from: from,
        clause: '七',
      },
    ];
  };
  assert.equal(found('over_legal_cap', birthday('2025-06-19')).length, 0);
  assert.equal(found('over_legal_cap', birthday('2025-06-20')).length, 1);
});

test('names that are defined nowhere, or twice, stop the plan before anything else', () => {
  const lost = found('unknown_reference', (plan) => {
    for (const kind of plan.kinds) if (kind.id === 'staff_30') kind.pool = 'nowhere';
  });
  assert.equal(lost[0]?.pointer, '/kinds/2/pool');
  const twice = found('duplicate_id', (plan) => {
    for (const kind of plan.kinds) kind.id = 'same';
  });
  assert.equal(twice.length, 2);
});

test('amounts finer than a 分 and days that do not exist stop the plan', () => {
  const fine = found('amount_not_exact', (plan) => (plan.total = 0.001));
  assert.equal(fine[0]?.pointer, '/total');
  const day = found('no_such_day', (plan) => (plan.dates.from = '2026-02-29'));
  assert.equal(day[0]?.pointer, '/dates/from');
});

test('features without a command are named once each and stop nothing', () => {
  const used = found('feature_not_built', (plan) => {
    for (const issuing of plan.issuing) if (issuing.id === 'rounds') issuing.mode = 'draw';
    for (const kind of plan.kinds) if (kind.pool === 'public') kind.face = { percent: 10, cap: 20 };
    for (const kind of plan.kinds) if (kind.pool === 'staff') kind.form = 'paper';
  });
  const features = used.map((one) => one.figures['feature']);
  assert.deepEqual(features, ['draw', 'percent_face', 'paper_voucher']);
  assert.deepEqual(new Set(used.map((one) => one.severity)), new Set(['notice']));
});
