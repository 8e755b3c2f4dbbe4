import { type Static, Type } from 'typebox';
import {
  Amount,
  Clause,
  closed,
  Count,
  Day,
  Id,
  Line,
  Moment,
  oneOf,
  Paragraph,
  stated,
  Time,
  Weekday,
} from './schema-words.ts';

/** Where the money of a funder comes from (SX20 三, SM23 五). */
export const sourceClasses = [
  'dues', // 会员会费
  'retained', // 拨缴经费留成
  'admin_subsidy', // 行政补助
  'after_tax_profit', // 税后利润
  'fiscal', // 财政资金
  'enterprise', // 企业配套
] as const;

/** A bank account as payment forms ask for it. */
export const BankAccount = Type.Object({ name: Line, number: Line, bank: Line }, closed);

/** One funder's money of one source class. Without `amount` the funding orders decide it. */
export const Funder = Type.Object(
  {
    id: Id,
    party: Id,
    source: oneOf(sourceClasses),
    amount: Type.Optional(stated(Amount)),
    per_branch: Type.Optional(Type.Boolean({ description: '每个基层工会（企业）各自出资' })),
    order_of_use: Type.Integer({ minimum: 1, maximum: 99, description: '使用顺序，1 最先' }),
    return_account: Type.Union([Type.Literal('payer'), Type.Literal('branch_union'), BankAccount], {
      description: '退回账户：payer 原付款账户、branch_union 基层工会账户，或写明账户',
    }),
    remark_code: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z]{1,20}$' })),
    pay_to: Type.Optional(BankAccount),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** Money for certain kinds; without `amount` the funding orders decide it. */
export const Pool = Type.Object(
  {
    id: Id,
    name: Line,
    amount: Type.Optional(stated(Amount)),
    funders: Type.Array(Id, { minItems: 1, maxItems: 20 }),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** An amount to reach, or with `strict` to exceed; `face` means the voucher's own face. */
export const Threshold = Type.Object(
  {
    amount: Type.Union([Type.Literal('face'), Amount], { description: '金额，或 face（面值）' }),
    strict: Type.Optional(Type.Boolean({ description: 'true 须大于，false 达到即可（缺省）' })),
  },
  closed,
);

/** What a voucher takes off: a fixed face, a percentage up to a cap, or tiers by order amount. */
export const Face = Type.Union(
  [
    Amount,
    Type.Object({ percent: Type.Number({ minimum: 0.01, maximum: 100 }), cap: Amount }, closed),
    Type.Object(
      {
        tiers: Type.Array(Type.Object({ order_at_least: Amount, face: Amount }, closed), {
          minItems: 1,
          maxItems: 20,
        }),
      },
      closed,
    ),
  ],
  { description: '面值：金额，或 {percent, cap}，或 {tiers: [{order_at_least, face}]}' },
);

/** When a voucher ends. It starts at its issue unless `from` names a moment. */
export const Validity = Type.Union(
  [
    Type.Object({ until: Moment, from: Type.Optional(Moment) }, closed),
    Type.Object({ until_programme_end: Type.Literal(true), from: Type.Optional(Moment) }, closed),
    Type.Object(
      {
        days: Type.Integer({ minimum: 1, maximum: 3660 }),
        time: Type.Optional(Time),
      },
      closed,
    ),
    Type.Object(
      {
        weeks_after: Type.Integer({ minimum: 0, maximum: 104, description: '1 即次周' }),
        weekday: Weekday,
        time: Time,
      },
      closed,
    ),
    Type.Object({ shown_on_voucher: Type.Literal(true) }, closed),
  ],
  {
    description:
      '有效期：{until} 固定、{days} 自发放起满若干日（有 time 则发放日为第一日）、' +
      '{weeks_after, weekday, time} 次周某日、{until_programme_end}、{shown_on_voucher} 以券面为准',
  },
);

/** One kind of voucher. */
export const Kind = Type.Object(
  {
    id: Id,
    name: Line,
    pool: Id,
    form: Type.Optional(oneOf(['electronic', 'paper', 'travel_card'])),
    face: stated(Face),
    threshold: stated(Threshold),
    validity: Type.Optional(stated(Validity)),
    categories: Type.Optional(Type.Array(Id, { maxItems: 50, description: '可用的商户类别' })),
    goods: Type.Optional(Line),
    settles_to: Type.Optional(oneOf(['merchant', 'holder'])),
    exclusive_with: Type.Optional(Type.Array(Id, { maxItems: 50 })),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** Several vouchers handed out as one; they expire and settle one by one. */
export const Pack = Type.Object(
  {
    id: Id,
    name: Line,
    amount: Type.Optional(Amount),
    contents: Type.Array(
      Type.Object({ kind: Id, count: Type.Integer({ minimum: 1, maximum: 1000 }) }, closed),
      { minItems: 1, maxItems: 50 },
    ),
    clause: Type.Optional(Clause),
  },
  closed,
);

const tierEnds = {
  at_least: Type.Optional(Amount),
  over: Type.Optional(Amount),
  at_most: Type.Optional(Amount),
  under: Type.Optional(Amount),
};

/** A subsidy paid to the holder after a purchase is proved (XN23 三(四)). */
export const Subsidy = Type.Object(
  {
    id: Id,
    name: Line,
    pool: Id,
    per_person_max: Type.Optional(stated(Count)),
    voucher_matches_by: stated(oneOf(['face', 'class_and_face'])),
    card_payment: Type.Optional(stated(Threshold)),
    papers: Type.Array(Line, { maxItems: 30 }),
    papers_due: stated(Moment),
    dates_inside_programme: Type.Optional(Type.Array(Line, { maxItems: 10 })),
    first_submitted_first_paid: Type.Optional(Type.Boolean()),
    tiers: Type.Array(
      Type.Object(
        { class: Id, class_name: Line, ...tierEnds, subsidy: Amount, kind: Type.Optional(Id) },
        closed,
      ),
      { minItems: 1, maxItems: 60 },
    ),
    conditions: Type.Optional(Type.Array(Paragraph, { maxItems: 30 })),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** What union money may be spent on for members (SX25). */
export const benefitNames = [
  'voucher',
  'culture',
  'fee_top_up',
  'outing',
  'outing_length',
  'travel_card',
  'festival',
  'birthday',
  'birth_first',
  'birth_second',
  'birth_third',
  'recuperation',
  'aid_purchase',
  'training',
  'summer_camp',
  'injury_insurance',
  'hardship',
] as const;

/** What a union may spend on one member, branch or event (SX25). */
export const BenefitCap = Type.Object(
  {
    id: Id,
    benefit: oneOf(benefitNames),
    name: Line,
    per: oneOf(['member', 'spouse', 'branch', 'trip']),
    period: oneOf(['year', 'event', 'five_years', 'none']),
    max_amount: Type.Optional(Amount),
    max_count: Type.Optional(Count),
    max_times_of: Type.Optional(
      Type.Object({ of: Line, times: Type.Number({ minimum: 0, maximum: 100 }) }, closed),
    ),
    case: Type.Optional(Line),
    inside: Type.Optional(Id),
    rule: Type.Optional(Paragraph),
    effective_from: Day,
    clause: Clause,
  },
  closed,
);

export type FunderFile = Static<typeof Funder>;
export type PoolFile = Static<typeof Pool>;
export type KindFile = Static<typeof Kind>;
export type FaceFile = Static<typeof Face>;
export type ThresholdFile = Static<typeof Threshold>;
export type ValidityFile = Static<typeof Validity>;
export type PackFile = Static<typeof Pack>;
export type SubsidyFile = Static<typeof Subsidy>;
export type BenefitCapFile = Static<typeof BenefitCap>;
