import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan } from './check.ts';
import { cleanPlanWith } from './clean-plan.ts';
import type { Finding, FindingCode } from './findings.ts';
import type { PlanFile } from './plan.ts';

function found(code: FindingCode, change: (plan: PlanFile) => void): readonly Finding[] {
  return checkPlan(cleanPlanWith(change)).filter((one) => one.code === code);
}

function calendar(from: string, to: string, count = 10) {
  return (plan: PlanFile) => {
    for (const issuing of plan.issuing) {
      if (issuing.calendar === undefined) continue;
      issuing.calendar = { weekday: 'wednesday', time: '10:00', from, to, count };
    }
  };
}

const settled = { resolved_by: '县商务局', reason: '经研究' };

test('two wordings of one validity conflict only where they give different moments', () => {
  const wording = (days: number, time?: string) => (plan: PlanFile) => {
    plan.validity = {
      printed: [
        { weeks_after: 1, weekday: 'tuesday', time: '24:00' },
        time === undefined ? { days } : { days, time },
      ],
      effective: { weeks_after: 1, weekday: 'tuesday', time: '24:00' },
      ...settled,
    };
  };
  const [one] = found('validity_wording_conflict', wording(7));
  assert.deepEqual(one?.figures['lengths'], ['6天14小时', '7天']);
  assert.equal(found('validity_wording_conflict', wording(7, '24:00')).length, 0);
});

test('vouchers that outlive the activity are reported unless the document allows for it', () => {
  const late = (plan: PlanFile) => calendar('2026-03-25', '2026-05-27')(plan);
  const [one] = found('voucher_outlives_programme', late);
  assert.equal(one?.figures['voucher_ends_at'], '2026-06-03T00:00:00+08:00');
  assert.match(one?.message ?? '', /有效到2026年6月2日24:00，而活动于2026年5月31日24:00结束/);
  const allowed = (plan: PlanFile) => {
    late(plan);
    plan.dates.redeem_until = '2026-06-02 24:00';
  };
  assert.equal(found('voucher_outlives_programme', allowed).length, 0);
  const decided = (plan: PlanFile) => {
    late(plan);
    plan.dates.redeem_until = { printed: null, effective: '2026-06-02 24:00', ...settled };
  };
  assert.match(found('voucher_outlives_programme', decided)[0]?.message ?? '', /县商务局已定/);
});

test('a last moment of use that cuts vouchers short is reported', () => {
  const cut = found('redeem_until_cuts_vouchers', (plan) => {
    calendar('2026-03-25', '2026-05-27')(plan);
    plan.dates.redeem_until = '2026-06-02 23:59';
  });
  assert.equal(cut.length, 1);
});

test('a validity longer than the whole activity is reported', () => {
  const long = (days: number) => (plan: PlanFile) => (plan.validity = { days });
  assert.equal(found('validity_longer_than_programme', long(92)).length, 2);
  assert.equal(found('validity_longer_than_programme', long(91)).length, 0);
});

test('vouchers that are over before they are issued stop the plan', () => {
  const past = found('validity_ends_before_it_starts', (plan) => {
    plan.validity = { until: '2026-05-06 10:00' };
  });
  assert.deepEqual(
    past.map((one) => one.figures['issued_at']),
    ['2026-05-06T10:00:00+08:00', '2026-05-06T10:00:00+08:00'],
  );
});

test('a validity that is nowhere or "as shown on the voucher" is a silence', () => {
  const shown = found('single_voucher_date_silent', (plan) => {
    plan.validity = {
      printed: [{ until: '2026-05-31 24:00' }, { shown_on_voucher: true }],
      effective: { until: '2026-05-31 24:00' },
      ...settled,
    };
  });
  assert.equal(shown.length, 1);
  const nowhere = found('validity_silent', (plan) => delete plan.validity);
  assert.deepEqual(nowhere[0]?.figures['kinds'], ['food_20', 'shop_50']);
});

test('the stated number of rounds must be the number the calendar gives', () => {
  const [one] = found('round_count_differs', calendar('2026-03-04', '2026-05-06', 15));
  assert.equal(one?.figures['derived'], 10);
});

test('rounds before or after the activity stop the plan; its last day still counts', () => {
  const outside = found('round_outside_programme', calendar('2026-04-08', '2026-06-10'));
  assert.deepEqual(outside[0]?.figures['rounds'], ['9', '10']);
  const lastDay = (plan: PlanFile) => {
    calendar('2026-03-04', '2026-05-06')(plan);
    plan.dates.to = '2026-05-06';
  };
  assert.equal(found('round_outside_programme', lastDay).length, 0);
});

test('a first or last day that is not the weekday of the rounds is reported', () => {
  const edge = found('calendar_edge_off_weekday', calendar('2026-03-02', '2026-05-06'));
  assert.equal(edge[0]?.figures['day'], '2026-03-02');
});

test('a round without an end is a silence, with an end before its start an error', () => {
  const ends = (end: PlanFile['issuing'][number]['round_ends']) => (plan: PlanFile) => {
    for (const issuing of plan.issuing) {
      delete issuing.round_ends;
      if (end !== undefined) issuing.round_ends = end;
    }
  };
  assert.equal(found('round_end_silent', ends(undefined)).length, 1);
  const decided = ends({ printed: null, effective: { time: '20:00' }, ...settled });
  assert.equal(found('round_end_silent', decided).length, 1);
  assert.equal(found('round_end_silent', ends({ time: '20:00' })).length, 0);
  assert.equal(found('round_ends_before_it_opens', ends({ time: '10:00' })).length, 1);
  assert.equal(found('rounds_overlap', ends({ minutes: 7 * 1440 + 1 })).length, 1);
  assert.equal(found('rounds_overlap', ends({ minutes: 7 * 1440 })).length, 0);
});

test('a registration deadline without an hour is a silence', () => {
  const deadline = (text: string) => (plan: PlanFile) => {
    if (plan.registration) plan.registration.deadline = text;
  };
  assert.equal(found('registration_hour_silent', deadline('2026-04-10')).length, 1);
  assert.equal(found('registration_hour_silent', deadline('2026-04-10 24:00')).length, 0);
});

test('registration that ends with the issuing leaves nobody time to issue', () => {
  const together = found('registration_meets_issue_end', (plan) => {
    plan.registration = { deadline: '2026-04-15', issue_until: '2026-04-15 24:00' };
  });
  assert.equal(together.length, 1);
});

test('an activity that ends before it begins stops the plan', () => {
  const backwards = found('dates_backwards', (plan) => (plan.dates.to = '2026-03-01'));
  assert.equal(backwards[0]?.severity, 'error');
});

test('working days in a year without a published calendar are reported', () => {
  const far = found('calendar_year_missing', (plan) => {
    plan.dates.to = '2031-05-31';
  });
  assert.equal(far[0]?.figures['year'], 2031);
});

test('a person limit, a refund rule and the way of unspent money may not be left out', () => {
  assert.equal(found('person_limit_silent', (plan) => delete plan.limits).length, 1);
  assert.equal(found('refund_policy_silent', (plan) => delete plan.refund).length, 1);
  assert.equal(found('unspent_money_silent', (plan) => delete plan.unspent).length, 1);
});

test('a gap the organiser filled stays a silence of the document and names who filled it', () => {
  const [one] = found('refund_policy_silent', (plan) => {
    plan.refund = { printed: null, effective: { policy: 'forfeit' }, ...settled };
  });
  assert.match(one?.message ?? '', /县商务局已定：经研究/);
});

test('a person limit on some kinds leaves the others open', () => {
  const [one] = found('person_limit_silent', (plan) => {
    plan.limits = [
      { action: 'claim', period: 'day', entity: 'person', of: ['food_20'], max: 1 },
      { action: 'claim', period: 'day', entity: 'device', max: 1 },
    ];
  });
  assert.deepEqual(one?.figures['kinds'], ['shop_50']);
});

test('directed issuing needs no person limit', () => {
  const directed = found('person_limit_silent', (plan) => {
    delete plan.limits;
    plan.issuing = plan.issuing.filter((issuing) => issuing.mode === 'directed');
  });
  assert.deepEqual(directed, []);
});

test('several vouchers in one payment must be allowed or forbidden', () => {
  const open = found('several_vouchers_per_payment_silent', (plan) => {
    if (plan.redemption) delete plan.redemption.one_voucher_per_payment;
  });
  assert.equal(open.length, 1);
});

test('one party that prepares and approves an act alone is reported', () => {
  const alone = found('same_party_prepares_and_approves', (plan) => {
    plan.approvals.push({
      act: 'review_merchant',
      prepared_by: ['commerce'],
      approved_by: ['commerce'],
    });
  });
  assert.equal(alone.length, 1);
});
