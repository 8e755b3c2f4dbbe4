import { type Fen, fen, sumFen, zeroFen } from '@huiquan/domain/fen.ts';
import { limitRefusal, peekLimits } from '../limit/limit.ts';
import { refuse, type RefusalCode } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { balancesOf, lockAvailable } from '../../ledger/post.ts';
import { type CurrentPlan, currentPlan, requireRunning } from '../programme/load-plan.ts';
import {
  directedKinds,
  type FaceKind,
  hasIssueLimits,
  issueCounters,
  voucherCaps,
} from './kinds.ts';

const sql = twin(import.meta.url);
const pageSize = 5_000;

/** A stretch of the batch's money that one fund pays. */
export type FundRange = { readonly fundId: string; readonly startFen: Fen; readonly endFen: Fen };

/** What a fund gives, in the order of use. */
export type FundShare = {
  readonly fundId: string;
  readonly position: number;
  readonly amountFen: Fen;
};

type Group = {
  readonly pool: string | null;
  readonly channel: string;
  readonly faceFen: Fen;
  readonly startFen: Fen;
  readonly endFen: Fen;
  readonly entitlementCount: bigint;
  readonly voucherCount: bigint;
  readonly amountFen: Fen;
  readonly largestFen: Fen;
  readonly fingerprint: string;
};

/** What issuing a roster now would do. */
export type IssueForecast = {
  readonly rosterId: string;
  readonly programmeId: string;
  readonly versionId: string;
  readonly entitlementCount: number;
  readonly voucherCount: number;
  readonly amountFen: Fen;
  readonly funds: readonly FundShare[];
  readonly channels: readonly {
    readonly channel: string;
    readonly entitlementCount: number;
    readonly amountFen: Fen;
  }[];
  readonly kinds: readonly {
    readonly kind: string;
    readonly faceFen: Fen;
    readonly voucherCount: number;
  }[];
  /** Rows that would get nothing if issued now, by reason. */
  readonly refusals: readonly { readonly code: RefusalCode; readonly count: number }[];
  readonly ranges: readonly FundRange[];
  /** What the approver's hash is made of, beside the figures. */
  readonly fingerprint: string;
};

type Roster = {
  readonly rosterId: string;
  readonly programmeId: string;
  readonly organisationId: string;
  readonly source: string;
  readonly state: string;
  readonly contentHash: Buffer | null;
};

type Fund = {
  readonly fundId: string;
  readonly pool: string;
  readonly channel: string;
  readonly funderId: string;
  readonly sourceClass: string;
  readonly position: number;
};

/** The parameters of `issue_order`: what each face is paid from and how channels are dealt. */
export function orderValues(rosterId: string, current: CurrentPlan, kinds: readonly FaceKind[]) {
  const { channels } = current.plan;
  const upTo = channels.map((_, index) =>
    channels.slice(0, index + 1).reduce((sum, one) => sum + one.shareBasisPoints, 0),
  );
  return {
    rosterId,
    faces: kinds.map((one) => one.faceFen),
    pools: kinds.map((one) => one.kind.pool),
    channels: channels.map((one) => one.id),
    sharesUpTo: upTo,
  };
}

/** Refuses faces the plan does not issue by list, and rows above what the plan gives one person. */
function requirePlanned(
  groups: readonly Group[],
  kinds: readonly FaceKind[],
  tx: Tx,
  plan: CurrentPlan,
) {
  if (groups.length === 0) refuse('nothing_to_issue');
  const unknown = groups.filter((group) => group.pool === null);
  if (unknown.length > 0) refuse('invalid_rule', { unknownFaces: unknown.map((g) => g.faceFen) });
  for (const { faceFen, largestFen } of groups) {
    const { issuing } = kinds.find((one) => one.faceFen === faceFen) ?? {};
    if (issuing?.perPersonFen !== undefined && largestFen > issuing.perPersonFen) {
      refuse('cap_exceeded', { issuing: issuing.id, maxFen: issuing.perPersonFen, largestFen });
    }
    const cap = voucherCaps(plan.plan, tx.now).find(
      (one) => one.maxFen !== undefined && largestFen > one.maxFen,
    );
    if (cap !== undefined) {
      refuse('cap_exceeded', { clause: cap.clause, maxFen: cap.maxFen, largestFen });
    }
  }
}

/**
 * The funds that may pay a roster: of its pools; those that every branch pays for itself (SX20)
 * only where they are the roster's own branch's.
 */
async function fundsFor(tx: Tx, roster: Roster, current: CurrentPlan, kinds: readonly FaceKind[]) {
  const pools = [...new Set(kinds.map((one) => one.kind.pool))];
  const { programmeId } = roster;
  const funds = await tx.rows<Fund>(sql('fundsOfPools'), { programmeId, pools });
  const paying = new Set(
    current.plan.pools.filter((one) => pools.includes(one.id)).flatMap((one) => one.funders),
  );
  const perBranch = new Set(
    current.plan.funders
      .filter((one) => one.perBranch && paying.has(one.id))
      .map((one): string => one.source),
  );
  return {
    funds: funds.filter(
      (fund) => !perBranch.has(fund.sourceClass) || fund.funderId === roster.organisationId,
    ),
    isBranchPaid: perBranch.size > 0,
  };
}

async function availableOf(tx: Tx, funds: readonly Fund[], mode: 'read' | 'lock') {
  const fundIds = funds.map((fund) => fund.fundId);
  if (mode === 'lock') return new Map(await lockAvailable(tx, fundIds));
  const balances = await balancesOf(tx, fundIds);
  return new Map(
    balances.filter((one) => one.kind === 'available').map((one) => [one.fundId, one.balanceFen]),
  );
}

/** Contiguous stretches of one pool and channel, paid by the funds in their order of use. */
async function allocate(
  groups: readonly Group[],
  funds: readonly Fund[],
  left: Map<string, Fen>,
  boundaryBelow: (target: bigint) => Promise<bigint>,
): Promise<FundRange[]> {
  const ranges: FundRange[] = [];
  const stretches = new Map<
    string,
    { pool: string | null; channel: string; end: Fen; start: Fen }
  >();
  for (const { pool, channel, startFen, endFen } of groups) {
    const key = `${pool} ${channel}`;
    const known = stretches.get(key);
    const start = known !== undefined && known.start < startFen ? known.start : startFen;
    const end = known !== undefined && known.end > endFen ? known.end : endFen;
    stretches.set(key, { pool, channel, start, end });
  }
  for (const { pool, channel, start, end } of stretches.values()) {
    let base: bigint = start;
    for (const fund of funds) {
      if (fund.pool !== pool || (fund.channel !== '' && fund.channel !== channel)) continue;
      const cap = left.get(fund.fundId) ?? zeroFen;
      const upTo = base + cap >= end ? end : await boundaryBelow(base + cap);
      if (upTo <= base) continue;
      ranges.push({ fundId: fund.fundId, startFen: fen(base), endFen: fen(upTo) });
      left.set(fund.fundId, fen(cap - (upTo - base)));
      base = upTo;
    }
    if (base < end) refuse('insufficient_funds', { pool, channel, missingFen: end - base });
  }
  return ranges;
}

function sharesOf(ranges: readonly FundRange[], funds: readonly Fund[]): FundShare[] {
  return funds.flatMap(({ fundId, position }) => {
    const own = ranges.filter((range) => range.fundId === fundId);
    const amountFen = sumFen(own.map((range) => fen(range.endFen - range.startFen)));
    return amountFen === 0n ? [] : [{ fundId, position, amountFen }];
  });
}

/** How many rows that are bound already stand at a limit, by code. */
async function refusalsOf(
  tx: Tx,
  roster: Roster,
  current: CurrentPlan,
  kinds: readonly FaceKind[],
) {
  const counts = new Map<RefusalCode, number>();
  if (!hasIssueLimits(current.plan, tx.now)) return [];
  type Row = {
    entitlementId: string;
    personId: string;
    faceFen: Fen;
    voucherCount: number;
    amountFen: Fen;
  };
  const kindOf = new Map(kinds.map((one) => [one.faceFen, one.kind.id]));
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const values = { rosterId: roster.rosterId, after, size: pageSize };
    const rows: Row[] = await tx.rows<Row>(sql('boundRows'), values);
    const items = rows.map((row) =>
      issueCounters(current, {
        ...row,
        kind: kindOf.get(row.faceFen) ?? '',
        count: row.voucherCount,
        at: tx.now,
      }),
    );
    for (const counter of await peekLimits(tx, items)) {
      if (counter === undefined) continue;
      const { code } = limitRefusal(counter);
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) break;
    after = last.entitlementId;
  }
  return [...counts].map(([code, count]) => ({ code, count }));
}

/**
 * What issuing `rosterId` would do now: how many vouchers, how much, from which funds in their
 * order of use, through which channels, and who would be refused. Writes nothing; `lock` holds what
 * the funds have available until the transaction ends. Refuses `not_found`, `state_conflict` for a
 * roster that is not confirmed, `programme_not_running`, `programme_closed`, `nothing_to_issue`,
 * `invalid_rule` for faces the plan does not issue, `cap_exceeded`, `fund_not_confirmed`,
 * `insufficient_funds`, `payment_differs` where a branch union pays its own roster.
 * @policy SX20 一(二), SM23 十一(一), requirements F1, I3, I4, O3
 */
export async function forecastIssue(
  tx: Tx,
  input: { readonly rosterId: string; readonly mode: 'read' | 'lock' },
): Promise<IssueForecast> {
  const roster = await tx.maybe<Roster>(sql('findRoster'), { rosterId: input.rosterId });
  if (roster === undefined) refuse('not_found');
  if (roster.state !== 'confirmed') refuse('state_conflict', { state: roster.state });
  const current = await currentPlan(tx, roster.programmeId);
  requireRunning(current);
  const kinds = directedKinds(current.plan, roster.source);
  const order = orderValues(roster.rosterId, current, kinds);
  const groups = await tx.rows<Group>(sql('groupsOfRoster'), order);
  requirePlanned(groups, kinds, tx, current);
  const { funds, isBranchPaid } = await fundsFor(tx, roster, current, kinds);
  const available = await availableOf(tx, funds, input.mode);
  const amountFen = sumFen(groups.map((group) => group.amountFen));
  requireCovered(amountFen, available, isBranchPaid);
  const ranges = await allocate(groups, funds, available, async (target) => {
    const row = await tx.one<{ boundaryFen: bigint }>(sql('boundaryBelow'), { ...order, target });
    return row.boundaryFen;
  });
  return {
    rosterId: roster.rosterId,
    programmeId: roster.programmeId,
    versionId: current.versionId,
    ...figuresOf(groups, kinds),
    amountFen,
    funds: sharesOf(ranges, funds),
    refusals: await refusalsOf(tx, roster, current, kinds),
    ranges,
    fingerprint: [
      roster.contentHash?.toString('hex') ?? '',
      ...groups.map((one) => one.fingerprint),
    ].join('/'),
  };
}

/** @policy SX20 一(二): a branch union's roster is worth exactly what the union paid for it */
function requireCovered(
  amountFen: Fen,
  available: ReadonlyMap<string, Fen>,
  isBranchPaid: boolean,
): void {
  const availableFen = sumFen(available.values());
  if (availableFen === 0n) refuse('fund_not_confirmed', { amountFen });
  if (availableFen < amountFen) refuse('insufficient_funds', { amountFen, availableFen });
  if (isBranchPaid && availableFen !== amountFen) {
    refuse('payment_differs', { amountFen, availableFen });
  }
}

function figuresOf(groups: readonly Group[], kinds: readonly FaceKind[]) {
  const sum = (of: readonly Group[], key: 'entitlementCount' | 'voucherCount') =>
    Number(of.reduce((total, group) => total + group[key], 0n));
  const channels = [...new Set(groups.map((group) => group.channel))];
  return {
    entitlementCount: sum(groups, 'entitlementCount'),
    voucherCount: sum(groups, 'voucherCount'),
    channels: channels.map((channel) => {
      const own = groups.filter((group) => group.channel === channel);
      const amountFen = sumFen(own.map((group) => group.amountFen));
      return { channel, entitlementCount: sum(own, 'entitlementCount'), amountFen };
    }),
    kinds: kinds
      .map(({ kind, faceFen }) => {
        const own = groups.filter((group) => group.faceFen === faceFen);
        return { kind: kind.id, faceFen, voucherCount: sum(own, 'voucherCount') };
      })
      .filter((one) => one.voucherCount > 0),
  };
}
