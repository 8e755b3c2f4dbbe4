import type { Fen } from '../fen.ts';
import type { Instant } from '../instant.ts';
import type { PlanFile } from './plan.ts';
import type { acts, partyRoles, refundPolicies } from './schema-acts.ts';
import type { benefitNames, sourceClasses } from './schema-money.ts';
import type { WeekdayName } from './schema-words.ts';

/** Where a funder's money comes from. */
export type SourceClass = (typeof sourceClasses)[number];
/** An act that one party prepares and another approves. */
export type ActName = (typeof acts)[number];
/** A benefit whose spending has a cap. */
export type BenefitName = (typeof benefitNames)[number];
/** What a party is in the programme. */
export type PartyRole = (typeof partyRoles)[number];
/** What happens to the voucher when goods come back (R5). */
export type RefundPolicy = (typeof refundPolicies)[number];

/** What a voucher takes off an order. */
export type PlanFace =
  | { readonly type: 'fixed'; readonly faceFen: Fen }
  | { readonly type: 'percent'; readonly basisPoints: number; readonly capFen: Fen }
  | {
      readonly type: 'tiers';
      readonly tiers: readonly { readonly orderAtLeastFen: Fen; readonly faceFen: Fen }[];
    };

/** The order must reach `amountFen`, or exceed it where `strict`. */
export type PlanThreshold = { readonly amountFen: Fen; readonly strict: boolean };

/** How a voucher's end follows from its issue; see `validityOf`. */
export type PlanValidity =
  | { readonly type: 'fixed'; readonly from: Instant | undefined; readonly to: Instant }
  | { readonly type: 'days'; readonly days: number; readonly time: string | undefined }
  | {
      readonly type: 'weekday';
      readonly weeksAfter: number;
      readonly weekday: WeekdayName;
      readonly time: string;
    };

/** One kind of voucher: its pool pays it, its categories of shops take it. */
export type PlanKind = {
  readonly id: string;
  readonly name: string;
  readonly pool: string;
  readonly form: 'electronic' | 'paper' | 'travel_card';
  readonly face: PlanFace;
  readonly threshold: PlanThreshold;
  readonly validity: PlanValidity;
  /** Merchant categories that take it; all categories of the plan where the file names none. */
  readonly categories: readonly string[];
  readonly settlesTo: 'merchant' | 'holder';
  /** Both directions, whichever kind named the other. */
  readonly exclusiveWith: readonly string[];
};

/** One funder's money of one source class: a fund per pool and payer comes of it. */
export type PlanFunder = {
  readonly id: string;
  readonly party: string;
  readonly source: SourceClass;
  readonly amountFen: Fen | undefined;
  readonly perBranch: boolean;
  readonly orderOfUse: number;
  readonly returnAccount:
    | 'payer'
    | 'branch_union'
    | { readonly name: string; readonly number: string; readonly bank: string };
  readonly remarkCode: string | undefined;
  readonly payTo:
    | { readonly name: string; readonly number: string; readonly bank: string }
    | undefined;
};

/** Money kept apart from other money of the programme (P2). */
export type PlanPool = {
  readonly id: string;
  readonly name: string;
  /** Undefined where the funding orders decide (SX20). */
  readonly amountFen: Fen | undefined;
  /** Funder ids in their order of use. */
  readonly funders: readonly string[];
};

/** Several vouchers handed out as one act. */
export type PlanPack = {
  readonly id: string;
  readonly name: string;
  readonly contents: readonly { readonly kind: string; readonly count: number }[];
};

/** One round with stock: `no` counts from 1 within its issuing; [opensAt, closesAt). */
export type PlanRound = {
  readonly issuing: string;
  readonly no: number;
  readonly opensAt: Instant;
  readonly closesAt: Instant;
  readonly stock: readonly { readonly kind: string; readonly count: number }[];
};

/** One way in which vouchers reach people. */
export type PlanIssuing = {
  readonly id: string;
  readonly mode: 'directed' | 'first_come' | 'draw';
  readonly kinds: readonly string[];
  readonly pack: string | undefined;
  readonly perPersonFen: Fen | undefined;
  /** Every opening of its calendar, also of rounds for which no stock is planned. */
  readonly opensAt: readonly Instant[];
  readonly leftovers: 'roll_over_by_adjustment' | 'return';
};

/** At most `max` vouchers (or `maxFen`) per entity and period. */
export type PlanLimit = {
  readonly action: 'claim' | 'issue' | 'redeem';
  readonly period: 'round' | 'day' | 'week' | 'month' | 'year' | 'programme';
  readonly entity: 'person' | 'device' | 'phone' | 'merchant' | 'shop' | 'terminal';
  readonly of: 'each_kind' | 'all_kinds' | readonly string[];
  readonly max: number | undefined;
  readonly maxFen: Fen | undefined;
};

/** A check before a claim, or before use; all of the list must hold (G4). */
export type PlanGate =
  | {
      readonly gate: 'real_name' | 'slider' | 'picture' | 'in_app_session';
      readonly at: readonly ('claim' | 'use')[];
    }
  | {
      readonly gate: 'location';
      readonly at: readonly ('claim' | 'use')[];
      readonly region: string;
      readonly datum: 'wgs84' | 'gcj02' | 'stated_by_client';
      readonly borderKm: number;
      readonly accuracyM: number;
      readonly ageSeconds: number;
    };

/** Through whom vouchers are issued; a person belongs to one channel (I3). */
export type PlanChannel = {
  readonly id: string;
  readonly name: string;
  readonly operator: string;
  readonly kind: 'wallet' | 'bank_file';
  /** Hundredths of a percent; the shares of a plan add up to 10,000. */
  readonly shareBasisPoints: number;
  readonly prefunded: boolean;
};

/** Which shops take the vouchers: by application, or every acceptor of the network. */
export type PlanMerchants = {
  readonly admission: 'apply' | 'acceptance_network';
  readonly region: string;
  readonly conditions: readonly string[];
  readonly categories: readonly {
    readonly id: string;
    readonly name: string;
    readonly reviewedBy: string | undefined;
  }[];
};

/** How a voucher is used at the till (R1, R2). */
export type PlanRedemption = {
  readonly presentation: 'merchant_scans';
  readonly oneVoucherPerPayment: boolean;
  readonly trySeconds: number;
  readonly stacksWithMerchantDiscount: boolean;
  readonly excludedUses: readonly string[];
};

/** One tier: invoice amounts from `fromFen` to `toFen`, an open end not included. */
export type PlanTier = {
  readonly class: string;
  readonly fromFen: Fen;
  readonly fromOpen: boolean;
  readonly toFen: Fen | undefined;
  readonly toOpen: boolean;
  readonly subsidyFen: Fen;
  readonly kind: string | undefined;
};

/** A subsidy paid to the holder after the purchase is proved (XN23 三(四)). */
export type PlanSubsidy = {
  readonly id: string;
  readonly pool: string;
  readonly perPersonMax: number;
  readonly voucherMatchesBy: 'face' | 'class_and_face';
  readonly cardPayment: PlanThreshold | undefined;
  readonly papers: readonly string[];
  readonly papersDueAt: Instant;
  readonly tiers: readonly PlanTier[];
};

/** The most that may be spent on one benefit (SX25). */
export type PlanBenefit = {
  readonly id: string;
  readonly benefit: BenefitName;
  readonly name: string;
  readonly per: 'member' | 'spouse' | 'branch' | 'trip';
  readonly period: 'year' | 'event' | 'five_years' | 'none';
  readonly maxFen: Fen | undefined;
  readonly maxCount: number | undefined;
  readonly effectiveFrom: string;
  readonly clause: string;
};

/** Who prepares and who approves one act, as ids of parties (P6). */
export type PlanApproval = {
  readonly act: ActName;
  readonly preparedBy: readonly string[];
  readonly approvedBy: readonly string[];
};

/**
 * The effective plan: every relative thing resolved, money in 分, times as instants. Store the file
 * and derive this from it; it is never stored itself.
 */
export type Plan = {
  readonly id: string;
  readonly name: string;
  readonly theme: string | undefined;
  readonly document: PlanFile['document'];
  readonly region: PlanFile['region'];
  readonly startsAt: Instant;
  /** First instant after the activity. */
  readonly endsAt: Instant;
  /** The last moment at which any voucher may be used; never before `endsAt`. */
  readonly redeemUntil: Instant;
  readonly parties: readonly {
    readonly id: string;
    readonly name: string;
    readonly roles: readonly PartyRole[];
  }[];
  readonly approvals: readonly PlanApproval[];
  readonly totalFen: Fen | undefined;
  readonly funders: readonly PlanFunder[];
  readonly pools: readonly PlanPool[];
  readonly kinds: readonly PlanKind[];
  readonly packs: readonly PlanPack[];
  /** By what a roster row names its person; undefined where nobody is listed. */
  readonly rosterIdentity: 'id_number' | 'phone_and_name' | undefined;
  readonly registrationDeadline: Instant | undefined;
  readonly issueUntil: Instant | undefined;
  readonly issuing: readonly PlanIssuing[];
  readonly rounds: readonly PlanRound[];
  readonly limits: readonly PlanLimit[];
  readonly gates: readonly PlanGate[];
  readonly channels: readonly PlanChannel[];
  readonly merchants: PlanMerchants;
  readonly redemption: PlanRedemption;
  readonly refundPolicy: RefundPolicy;
  readonly unspent: {
    readonly to: 'funder' | 'branch_union' | 'finance_account';
    readonly withinWorkingDays: number | undefined;
  };
  readonly subsidies: readonly PlanSubsidy[];
  readonly benefits: readonly PlanBenefit[];
  readonly hotlines: readonly { readonly number: string; readonly name: string }[];
};
