import type { PlanFile } from './plan.ts';

/**
 * A made-up plan that contradicts nothing and leaves nothing open: the checker has nothing to say.
 * Ten Wednesday rounds spend 100万元 exactly; a roster of employees gets 120元 packs. Tests change
 * one thing at a time in a copy of it.
 */
export const cleanPlan: PlanFile = {
  format: 1,
  id: 'clean-2026',
  name: '安泽县2026年消费券',
  document: {
    number: '安政办发〔2026〕1号',
    title: '安泽县2026年消费券发放方案',
    issuer: '安泽县人民政府办公室',
    issued_on: '2026-02-20',
  },
  region: { code: '141026', name: '安泽县', level: 'county' },
  dates: { from: '2026-03-02', to: '2026-05-31 24:00', clause: '二' },
  parties: [
    { id: 'county', name: '安泽县人民政府', roles: ['organiser'] },
    { id: 'commerce', name: '县商务局', roles: ['executor', 'reviewer'] },
    { id: 'finance', name: '县财政局', roles: ['finance'] },
    { id: 'works', name: '县属企业', roles: ['enterprise'] },
    { id: 'bank', name: '农信社', roles: ['operator'] },
  ],
  approvals: [
    { act: 'publish_plan', prepared_by: ['commerce'], approved_by: ['county'] },
    { act: 'confirm_roster', prepared_by: ['works'], approved_by: ['commerce'] },
    { act: 'issue_batch', prepared_by: ['bank'], approved_by: ['commerce'] },
    { act: 'adjust_rounds', prepared_by: ['commerce'], approved_by: ['county'] },
    { act: 'pay_settlement', prepared_by: ['commerce'], approved_by: ['finance'] },
    { act: 'return_money', prepared_by: ['bank'], approved_by: ['finance'] },
  ],
  total: '112万元',
  funders: [
    {
      id: 'fiscal',
      party: 'finance',
      source: 'fiscal',
      amount: '100万元',
      order_of_use: 1,
      return_account: 'payer',
    },
    {
      id: 'works',
      party: 'works',
      source: 'enterprise',
      amount: 120000,
      order_of_use: 2,
      return_account: 'payer',
    },
  ],
  pools: [
    { id: 'public', name: '公开', amount: '100万元', funders: ['fiscal'], clause: '三(一)' },
    { id: 'staff', name: '职工', amount: '12万元', funders: ['works'], clause: '三(二)' },
  ],
  kinds: [
    {
      id: 'food_20',
      name: '餐饮券20元',
      pool: 'public',
      face: 20,
      threshold: { amount: 60 },
      categories: ['food'],
      clause: '四(一)',
    },
    {
      id: 'shop_50',
      name: '零售券50元',
      pool: 'public',
      face: 50,
      threshold: { amount: 200, strict: true },
      categories: ['shop'],
      clause: '四(二)',
    },
    {
      id: 'staff_30',
      name: '职工券30元',
      pool: 'staff',
      face: 30,
      threshold: { amount: 'face' },
      validity: { until: '2026-05-31 24:00' },
      clause: '四(三)',
    },
  ],
  packs: [
    { id: 'staff', name: '职工券包', amount: 120, contents: [{ kind: 'staff_30', count: 4 }] },
  ],
  validity: { weeks_after: 1, weekday: 'tuesday', time: '24:00' },
  eligibility: { who: '在安泽县的消费者和县属企业职工' },
  registration: { deadline: '2026-04-10 18:00', issue_until: '2026-04-15 24:00', clause: '五' },
  issuing: [
    {
      id: 'rounds',
      mode: 'first_come',
      kinds: ['food_20', 'shop_50'],
      calendar: {
        weekday: 'wednesday',
        time: '10:00',
        from: '2026-03-04',
        to: '2026-05-06',
        count: 10,
      },
      round_ends: { minutes: 720 },
      round_budget: '10万元',
      quantities: { food_20: 2500, shop_50: 1000 },
      clause: '六',
    },
    { id: 'staff', mode: 'directed', pack: 'staff', per_person: 120, clause: '七' },
  ],
  limits: [
    { action: 'claim', period: 'round', entity: 'person', of: 'each_kind', max: 1, clause: '六' },
  ],
  gates: [
    { gate: 'real_name' },
    { gate: 'location', region: '141026', datum: 'stated_by_client' },
    { gate: 'slider' },
    { gate: 'picture' },
    { gate: 'in_app_session' },
  ],
  channels: [{ id: 'bank', name: '农信钱包', operator: 'bank', kind: 'wallet' }],
  merchants: {
    admission: 'apply',
    conditions: ['registered_in_region'],
    categories: [
      { id: 'food', name: '餐饮', reviewed_by: 'commerce' },
      { id: 'shop', name: '零售', reviewed_by: 'commerce' },
    ],
  },
  redemption: { presentation: 'merchant_scans', one_voucher_per_payment: true, clause: '八' },
  refund: { policy: 'restore_if_valid', clause: '九' },
  unspent: { to: 'finance_account', within_working_days: 10, clause: '十' },
};

/** A copy of the clean plan after `change`. */
export function cleanPlanWith(change: (plan: PlanFile) => void): PlanFile {
  const copy = structuredClone(cleanPlan);
  change(copy);
  return copy;
}
