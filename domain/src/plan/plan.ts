import { type Static, Type } from 'typebox';
import {
  Approval,
  Channel,
  Eligibility,
  Gate,
  Hotline,
  Issuing,
  Limit,
  Merchants,
  Party,
  Redemption,
  Refund,
  Registration,
  Report,
  Return,
} from './schema-acts.ts';
import { BenefitCap, Funder, Kind, Pack, Pool, Subsidy, Validity } from './schema-money.ts';
import {
  Amount,
  Clause,
  closed,
  Day,
  DayOrMoment,
  Line,
  Moment,
  oneOf,
  Paragraph,
  stated,
} from './schema-words.ts';

/** The document a programme carries out. */
const Document = Type.Object(
  {
    number: Line,
    title: Line,
    issuer: Line,
    issued_on: Day,
    effective_from: Type.Optional(Day),
    basis: Type.Optional(Type.Array(Line, { maxItems: 20 })),
    supersedes: Type.Optional(Type.Array(Line, { maxItems: 20 })),
  },
  closed,
);

/** First and last day of the activity, and until when vouchers may be used after it. */
const Dates = Type.Object(
  {
    from: Day,
    to: stated(DayOrMoment),
    redeem_until: Type.Optional(stated(Moment)),
    extendable: Type.Optional(Type.Boolean()),
    provisional: Type.Optional(Type.Boolean({ description: '“暂定”' })),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** A later document that changes values of this file; the later one wins (P4). */
const Amendment = Type.Object(
  {
    document: Line,
    effective_from: Type.Optional(Day),
    clause: Type.Optional(Clause),
    note: Type.Optional(Paragraph),
    changes: Type.Array(
      Type.Object(
        {
          pointer: Type.String({
            pattern: '^(/[A-Za-z0-9_~]+){1,8}$',
            description: '改动之处，如 /dates/to',
          }),
          to: Type.Unknown({ description: '新的值' }),
        },
        closed,
      ),
      { minItems: 1, maxItems: 100 },
    ),
  },
  closed,
);

const list = { maxItems: 200 } as const;

/**
 * One programme as a file: a government or union plan as data. Dates and hours are those of
 * Asia/Shanghai, money is written in 元.
 * @policy SX20 SX25 SM23 XN23, requirement P1
 */
export const PlanFile = Type.Object(
  {
    format: Type.Literal(1, { description: '文件格式版本' }),
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{2,59}$', description: '活动代号' }),
    name: Line,
    theme: Type.Optional(Line),
    document: Document,
    region: Type.Object(
      {
        code: Type.String({ pattern: '^[0-9]{2,12}$' }),
        name: Line,
        level: oneOf(['province', 'city', 'county', 'branch', 'enterprise']),
      },
      closed,
    ),
    dates: Dates,
    parties: Type.Array(Party, { minItems: 1, maxItems: 100 }),
    approvals: Type.Array(Approval, { maxItems: 100 }),
    total: Type.Optional(stated(Amount)),
    funders: Type.Array(Funder, list),
    pools: Type.Array(Pool, list),
    kinds: Type.Array(Kind, list),
    packs: Type.Optional(Type.Array(Pack, list)),
    validity: Type.Optional(stated(Validity)),
    eligibility: Eligibility,
    registration: Type.Optional(Registration),
    issuing: Type.Array(Issuing, { maxItems: 50 }),
    limits: Type.Optional(Type.Array(stated(Limit), { maxItems: 100 })),
    gates: Type.Optional(Type.Array(Gate, { maxItems: 20 })),
    channels: Type.Optional(Type.Array(Channel, { maxItems: 20 })),
    merchants: Type.Optional(Merchants),
    redemption: Type.Optional(Redemption),
    refund: Type.Optional(stated(Refund)),
    unspent: Type.Optional(stated(Return)),
    subsidies: Type.Optional(Type.Array(Subsidy, { maxItems: 20 })),
    benefits: Type.Optional(Type.Array(BenefitCap, { maxItems: 100 })),
    reports: Type.Optional(Type.Array(Report, { maxItems: 50 })),
    hotlines: Type.Optional(Type.Array(Hotline, { maxItems: 20 })),
    discipline: Type.Optional(Type.Array(Paragraph, { maxItems: 50 })),
    amendments: Type.Optional(Type.Array(Amendment, { maxItems: 50 })),
  },
  { ...closed, title: '活动方案文件' },
);

export type PlanFile = Static<typeof PlanFile>;
export type AmendmentFile = Static<typeof Amendment>;
