import type { Reach } from '@huiquan/domain/access.ts';
import { type Fen, zeroFen } from '@huiquan/domain/fen.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { accountKinds, type AccountKind, type Balance, balancesOf } from '../../ledger/post.ts';
import type { ChannelsSeen } from './channels-seen.ts';
import { type Fund, listFunds } from './fund.ts';

const sql = twin(import.meta.url);

type Held = Exclude<AccountKind, 'funder'>;

/** What a fund or pool has on each account, merchants' accounts added up. */
export type Balances = Readonly<Record<Held, Fen>> & {
  /** Confirmed and not moved to another pool: what all the others add up to, less receivable. */
  readonly fundedFen: Fen;
};

// The funder's own account tells what came in, not where it is.
const kinds = accountKinds.filter((kind): kind is Held => kind !== 'funder');

function fold(rows: readonly Pick<Balance, 'kind' | 'balanceFen'>[]): Balances {
  const sum = (kind: AccountKind) =>
    rows.reduce((total, row) => (row.kind === kind ? total + row.balanceFen : total), 0n) as Fen;
  const byKind = Object.fromEntries(kinds.map((kind) => [kind, sum(kind)]));
  // What a merchant owes stands as a negative balance on its receivable account, so that the sum
  // of all accounts is what the fund was given (inv-5).
  const fundedFen = kinds.reduce((total, kind) => total + (byKind[kind] ?? 0n), 0n) as Fen;
  return { ...(byKind as Record<Held, Fen>), fundedFen };
}

export type FundMoney = Fund & { readonly balances: Balances };
export type PoolMoney = { readonly pool: string; readonly balances: Balances };

/** All balances of some funds, from the ledger. */
export async function moneyOfFunds(tx: Tx, funds: readonly Fund[]): Promise<readonly FundMoney[]> {
  const balances = await balancesOf(
    tx,
    funds.map((fund) => fund.fundId),
  );
  const byFund = Map.groupBy(balances, (balance) => balance.fundId);
  return funds.map((fund) => ({ ...fund, balances: fold(byFund.get(fund.fundId) ?? []) }));
}

/**
 * The money picture of a programme by pool, from the ledger: where every 分 that was funded is now;
 * of the funds in `channels` only, where these bound what is seen.
 * @policy requirements F3, P2; inv-5
 */
export async function moneyByPool(
  tx: Tx,
  programmeId: string,
  channels?: ChannelsSeen,
): Promise<readonly PoolMoney[]> {
  type Row = Pick<Balance, 'kind' | 'balanceFen'> & { readonly pool: string };
  const rows = await tx.rows<Row>(sql('poolBalances'), {
    programmeId,
    channels: channels ?? null,
  });
  const byPool = Map.groupBy(rows, (row) => row.pool);
  return [...byPool].map(([pool, of]) => ({ pool, balances: fold(of) }));
}

export type PoolStatus = {
  readonly availableFen: Fen;
  readonly committedFen: Fen;
  /** Money was confirmed for it, and nothing is left to promise or to give. */
  readonly isUsedUp: boolean;
};

/**
 * What a pool still has to give. A pool that is used up stops its activity at once.
 * @policy XN23 三(四)1, requirement F5
 */
export async function poolStatus(
  tx: Tx,
  asked: { readonly programmeId: string; readonly pool: string },
): Promise<PoolStatus> {
  type Row = { availableFen: Fen; committedFen: Fen; isFunded: boolean };
  const { availableFen, committedFen, isFunded } = await tx.one<Row>(sql('poolAvailable'), asked);
  const isUsedUp = isFunded && availableFen === 0n && committedFen === 0n;
  return { availableFen, committedFen, isUsedUp };
}

/** When a fund is low and when it lies idle. */
export type WarningRules = {
  /** Hundredths of a percent of what was confirmed. */
  readonly lowBasisPoints: number;
  readonly idleDays: number;
};

/** Proposals: a tenth left, nothing moved for thirty days. */
export const usualWarnings: WarningRules = { lowBasisPoints: 1_000, idleDays: 30 };

export type FundWarning = {
  readonly fundId: string;
  readonly pool: string;
  readonly warning: 'low_balance' | 'used_up' | 'idle_money' | 'not_funded';
  readonly availableFen: Fen;
  readonly confirmedFen: Fen;
  readonly lastMovedAt: Instant | null;
};

const fundsPerWarningRead = 1_000;

/**
 * Funds that need a look: nothing confirmed, (almost) nothing left, or money that nobody moves.
 * Looks at the first thousand funds in the order of use.
 * @policy requirement F5
 */
export async function fundWarnings(
  tx: Tx,
  asked: {
    readonly programmeId: string;
    readonly rules?: WarningRules;
    readonly channels?: ChannelsSeen;
  },
): Promise<readonly FundWarning[]> {
  const rules = asked.rules ?? usualWarnings;
  const { programmeId, channels } = asked;
  const reach = { everything: false, organisationPaths: [], programmeIds: [programmeId] };
  const funds = await listFunds(tx, { programmeId, reach, channels, limit: fundsPerWarningRead });
  const money = await moneyOfFunds(tx, funds);
  type Row = { fundId: string; confirmedFen: Fen; lastMovedAt: Instant };
  const fundIds = funds.map((fund) => fund.fundId);
  const rows = await tx.rows<Row>(sql('fundedOfFunds'), { fundIds });
  const byFund = new Map(rows.map((row) => [row.fundId, row]));
  return money.flatMap(({ fundId, pool, balances }) => {
    const funded = byFund.get(fundId);
    const confirmedFen = funded?.confirmedFen ?? zeroFen;
    const lastMovedAt = funded?.lastMovedAt ?? null;
    const warning = warningOf({ balances, confirmedFen, lastMovedAt }, rules, tx.now);
    const { available: availableFen } = balances;
    if (warning === undefined) return [];
    return [{ fundId, pool, warning, availableFen, confirmedFen, lastMovedAt }];
  });
}

const dayMilliseconds = 86_400_000;

/** Which warning a fund deserves now, if any: the gravest. */
export function warningOf(
  fund: {
    readonly balances: Pick<Balances, 'available' | 'committed'>;
    readonly confirmedFen: Fen;
    readonly lastMovedAt: Instant | null;
  },
  rules: WarningRules,
  now: Instant,
): FundWarning['warning'] | undefined {
  const { available, committed } = fund.balances;
  if (fund.confirmedFen === 0n) return 'not_funded';
  if (available === 0n) return committed === 0n ? 'used_up' : undefined;
  const idleSince = now - rules.idleDays * dayMilliseconds;
  if (fund.lastMovedAt !== null && fund.lastMovedAt <= idleSince) return 'idle_money';
  const floor = (fund.confirmedFen * BigInt(rules.lowBasisPoints)) / 10_000n;
  return available < floor ? 'low_balance' : undefined;
}

/** A transfer as the ledger holds it. */
export type LedgerRow = {
  readonly transferId: bigint;
  readonly sourceFundId: string;
  readonly sourceKind: AccountKind;
  readonly targetFundId: string;
  readonly targetKind: AccountKind;
  readonly merchantId: string | null;
  readonly amountFen: Fen;
  readonly kind: string;
  readonly referenceKind: string;
  readonly referenceId: string;
  readonly eventId: bigint;
  readonly at: Instant;
  readonly day: string;
};

/** Which transfers of a fund are asked for. */
export type LedgerAsked = {
  readonly fundId: string;
  /** The last transfer seen. */
  readonly after?: bigint | undefined;
  readonly newestFirst?: boolean | undefined;
  /** Only what went into or out of this account. */
  readonly account?: AccountKind | undefined;
  readonly kind?: string | undefined;
  /** Calendar days, both included. */
  readonly fromDay?: string | undefined;
  readonly toDay?: string | undefined;
  readonly limit: number;
};

const lastPossible = 9_223_372_036_854_775_807n;

/** A page of a fund's ledger in the order it was written, or backwards. */
export async function listTransfers(tx: Tx, asked: LedgerAsked): Promise<readonly LedgerRow[]> {
  const { fundId, after, newestFirst = false, limit } = asked;
  const values = {
    fundId,
    account: asked.account ?? null,
    kind: asked.kind ?? null,
    fromDay: asked.fromDay ?? null,
    toDay: asked.toDay ?? null,
    limit,
  };
  if (newestFirst) {
    const before = after ?? lastPossible;
    return tx.rows<LedgerRow>(sql('listNewest'), { ...values, before });
  }
  return tx.rows<LedgerRow>(sql('listTransfers'), { ...values, after: after ?? 0n });
}

/** All transfers of one sort between two accounts: how money came to stand where it stands. */
export type MoneyFlow = {
  readonly pool: string;
  /** Another pool only where money was transferred between pools. */
  readonly targetPool: string;
  readonly source: AccountKind;
  readonly target: AccountKind;
  readonly kind: string;
  readonly transfers: bigint;
  readonly amountFen: Fen;
};

/**
 * Where the money of a programme's funds within `reach` went, by pool and sort of transfer. Summed
 * from the transfers themselves, so that it agrees with every balance.
 * @policy requirements F3, P2; inv-5
 */
export async function moneyFlows(
  tx: Tx,
  asked: {
    readonly programmeId: string;
    readonly reach: Pick<Reach, 'everything' | 'organisationPaths' | 'programmeIds'>;
    /** Bounds what the reach opens by programme. */
    readonly channels?: ChannelsSeen;
  },
): Promise<readonly MoneyFlow[]> {
  const { programmeId, reach } = asked;
  return tx.rows<MoneyFlow>(sql('flows'), {
    programmeId,
    everything: reach.everything,
    programmeIds: reach.programmeIds,
    paths: reach.organisationPaths,
    channels: asked.channels ?? null,
  });
}
