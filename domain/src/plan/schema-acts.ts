import { type Static, Type } from 'typebox';
import {
  Amount,
  Clause,
  closed,
  Count,
  Day,
  DayOrMoment,
  Id,
  Line,
  Moment,
  oneOf,
  Paragraph,
  stated,
  Time,
  Weekday,
} from './schema-words.ts';

/** Acts that one party prepares and another approves (P6). */
export const acts = [
  'publish_plan',
  'extend_programme',
  'confirm_money',
  'confirm_roster',
  'issue_batch',
  'recall_batch',
  'adjust_rounds',
  'transfer_between_pools',
  'review_merchant',
  'suspend_merchant',
  'pay_settlement',
  'adjust_reconciliation',
  'approve_subsidy',
  'close_programme',
  'return_money',
] as const;

/** What a party is in a programme. */
export const partyRoles = [
  'organiser', // 主办
  'executor', // 承办
  'co_organiser', // 协办
  'finance', // 财政
  'operator', // 发放平台、承办银行
  'reviewer', // 行业主管
  'union', // 地方工会
  'branch_union', // 基层工会
  'enterprise',
  'market_regulator',
  'police',
  'audit',
  'central_bank',
  'data_provider',
  'service_point',
  'publicity',
  'supervisor',
] as const;

/** One organisation the document names. */
export const Party = Type.Object(
  {
    id: Id,
    name: Line,
    roles: Type.Array(oneOf(partyRoles), { minItems: 1, maxItems: 10 }),
    duty: Type.Optional(Paragraph),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** Who prepares and who approves one act. */
export const Approval = Type.Object(
  {
    act: oneOf(acts),
    prepared_by: Type.Array(Id, { minItems: 1, maxItems: 10 }),
    approved_by: Type.Array(Id, { minItems: 1, maxItems: 10 }),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** When rounds open: every week on one weekday, or on the moments listed. */
export const Calendar = Type.Union(
  [
    Type.Object(
      {
        weekday: Weekday,
        time: Time,
        from: Day,
        to: Day,
        count: Type.Optional(Count),
        every_weeks: Type.Optional(Type.Integer({ minimum: 1, maximum: 52 })),
        skip: Type.Optional(Type.Array(Day, { maxItems: 100 })),
      },
      closed,
    ),
    Type.Object({ moments: Type.Array(Moment, { minItems: 1, maxItems: 400 }) }, closed),
  ],
  { description: '轮次：{weekday, time, from, to, count} 每周一次，或 {moments} 逐一列出' },
);

/** When a round closes: so many minutes after it opened, or at a time of its day. */
export const RoundEnd = Type.Union(
  [
    Type.Object({ minutes: Type.Integer({ minimum: 1, maximum: 43_200 }) }, closed),
    Type.Object({ time: Time }, closed),
  ],
  { description: '每轮结束：{minutes} 开始后多少分钟，或 {time} 当日时刻' },
);

/** Vouchers per kind in one round. */
export const Quantities = Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' }), Count, {
  description: '每轮各券种张数',
});

/** One way in which vouchers reach people. */
export const Issuing = Type.Object(
  {
    id: Id,
    mode: oneOf(['directed', 'first_come', 'draw']),
    kinds: Type.Optional(Type.Array(Id, { maxItems: 50 })),
    pack: Type.Optional(Id),
    per_person: Type.Optional(stated(Amount)),
    calendar: Type.Optional(stated(Calendar)),
    round_ends: Type.Optional(stated(RoundEnd)),
    round_budget: Type.Optional(stated(Amount)),
    quantities: Type.Optional(stated(Quantities)),
    round_quantities: Type.Optional(
      Type.Array(
        Type.Object({ round: Type.Integer({ minimum: 1 }), quantities: Quantities }, closed),
        { maxItems: 400 },
      ),
    ),
    leftovers: Type.Optional(oneOf(['roll_over_by_adjustment', 'return'])),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** At most `max` vouchers (or `max_amount` of money) per entity and period for one action. */
export const Limit = Type.Object(
  {
    action: oneOf(['claim', 'issue', 'redeem']),
    period: oneOf(['round', 'day', 'week', 'month', 'year', 'programme']),
    entity: oneOf(['person', 'device', 'phone', 'merchant', 'shop', 'terminal']),
    of: Type.Optional(
      Type.Union(
        [Type.Literal('each_kind'), Type.Literal('all_kinds'), Type.Array(Id, { minItems: 1 })],
        { description: 'each_kind 各券种分别计，all_kinds 合计（缺省），或所列券种合计' },
      ),
    ),
    max: Type.Optional(Count),
    max_amount: Type.Optional(Amount),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** A check before a claim or use. Without `at` it stands before the claim. */
export const Gate = Type.Object(
  {
    gate: oneOf(['real_name', 'location', 'slider', 'picture', 'in_app_session']),
    at: Type.Optional(stated(Type.Array(oneOf(['claim', 'use']), { minItems: 1, maxItems: 2 }))),
    region: Type.Optional(Type.String({ pattern: '^[0-9]{2,12}$', description: '行政区划代码' })),
    region_name: Type.Optional(Line),
    datum: Type.Optional(oneOf(['wgs84', 'gcj02', 'stated_by_client'])),
    border_km: Type.Optional(Type.Number({ minimum: 0, maximum: 50 })),
    accuracy_m: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    age_seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** An operator through whom vouchers reach people. */
export const Channel = Type.Object(
  {
    id: Id,
    name: Line,
    operator: Id,
    kind: oneOf(['wallet', 'bank_file']),
    share_percent: Type.Optional(stated(Type.Number({ minimum: 0, maximum: 100 }))),
    prefunded: Type.Optional(Type.Boolean()),
    apps: Type.Optional(Type.Array(Line, { maxItems: 10 })),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** Who may have a voucher, and by what a list names them. */
export const Eligibility = Type.Object(
  {
    who: Paragraph,
    list: Type.Optional(
      Type.Object(
        {
          name: Line,
          provided_by: Type.Array(Id, { minItems: 1, maxItems: 10 }),
          identity: oneOf(['id_number', 'phone_and_name']),
          columns: Type.Optional(Type.Array(Line, { maxItems: 30 })),
          self_declared: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
    ),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** Deadline to register and the last moment to issue are two settings (SX20 一(二)). */
export const Registration = Type.Object(
  {
    deadline: stated(DayOrMoment),
    issue_until: Type.Optional(stated(DayOrMoment)),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** Which shops take the vouchers, and who reviews each category. */
export const Merchants = Type.Object(
  {
    admission: oneOf(['apply', 'acceptance_network']),
    region: Type.Optional(Type.String({ pattern: '^[0-9]{2,12}$' })),
    conditions: Type.Array(
      oneOf([
        'registered_in_region',
        'above_quota',
        'not_on_dishonesty_list',
        'acceptance_mark',
        'physical_shop',
        'listed_dealer',
      ]),
      { maxItems: 20 },
    ),
    categories: Type.Array(
      Type.Object({ id: Id, name: Line, reviewed_by: Type.Optional(stated(Id)) }, closed),
      { minItems: 1, maxItems: 50 },
    ),
    no_price_rise: Type.Optional(Type.Boolean()),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** How a voucher is used at the till. */
export const Redemption = Type.Object(
  {
    presentation: oneOf(['merchant_scans']),
    one_voucher_per_payment: Type.Optional(stated(Type.Boolean())),
    try_seconds: Type.Optional(Type.Integer({ minimum: 10, maximum: 600 })),
    several_payments_per_purchase: Type.Optional(Type.Boolean()),
    stacks_with_merchant_discount: Type.Optional(Type.Boolean()),
    excluded_uses: Type.Optional(
      Type.Array(oneOf(['change', 'cash', 'transfer', 'member_card_top_up']), { maxItems: 10 }),
    ),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** What may happen to a voucher when goods come back (R5). */
export const refundPolicies = [
  'restore_if_valid',
  'restore_next_day',
  'forfeit',
  'pro_rata',
] as const;

/** The refund policy; `silent` is the document's own silence, spelt out. */
export const Refund = Type.Object(
  { policy: oneOf([...refundPolicies, 'silent']), clause: Type.Optional(Clause) },
  closed,
);

/** Where unspent money goes and by when. */
export const Return = Type.Object(
  {
    to: oneOf(['funder', 'branch_union', 'finance_account']),
    within_working_days: Type.Optional(Type.Integer({ minimum: 1, maximum: 250 })),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** Something a party owes to another, or to the public. */
export const Report = Type.Object(
  {
    name: Line,
    by: Type.Array(Id, { minItems: 1, maxItems: 10 }),
    to: Type.Optional(Id),
    within_working_days: Type.Optional(Type.Integer({ minimum: 1, maximum: 250 })),
    every: Type.Optional(oneOf(['day', 'week', 'month'])),
    public: Type.Optional(Type.Boolean()),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** A number that residents may call. */
export const Hotline = Type.Object(
  { number: Type.String({ pattern: '^[0-9-]{3,20}$' }), name: Line, clause: Type.Optional(Clause) },
  closed,
);

export type CalendarFile = Static<typeof Calendar>;
export type RoundEndFile = Static<typeof RoundEnd>;
export type IssuingFile = Static<typeof Issuing>;
export type LimitFile = Static<typeof Limit>;
export type GateFile = Static<typeof Gate>;
