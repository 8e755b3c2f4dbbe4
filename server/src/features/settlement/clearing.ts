import type { Fen } from '@huiquan/domain/fen.ts';
import { dayOf, endOfDay, startOfDay, type Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { PayoutState } from './receipt.ts';

const sql = twin(import.meta.url);

/** What one day made one fund owe one merchant. */
export type ClearingRow = {
  readonly merchantId: string;
  readonly merchantName: string;
  readonly fundId: string;
  readonly funderName: string;
  readonly redemptionCount: number;
  readonly redeemedFen: Fen;
  readonly refundCount: number;
  readonly refundedFen: Fen;
};

/** The daily clearing of a programme per merchant and funder. @policy S1 */
export async function clearDay(
  tx: Tx,
  asked: { readonly programmeId: string; readonly day: string },
): Promise<readonly ClearingRow[]> {
  const { programmeId, day } = asked;
  const span = { programmeId, from: startOfDay(day), before: endOfDay(day) };
  return tx.rows<ClearingRow>(sql('clearDay'), span);
}

/** Why a redemption has not been paid for yet. */
export type WaitsFor =
  | 'approval'
  | 'bank'
  | 'payout_failed'
  | 'payout_hold'
  | 'no_account'
  | 'account_changed'
  | 'not_due'
  | 'next_run';

/** Redemptions of one merchant and age that wait for the same thing. */
export type AgeingRow = {
  readonly merchantId: string;
  readonly merchantName: string;
  readonly waitsFor: WaitsFor;
  /** Days since the redemption, by the calendar of Asia/Shanghai. */
  readonly days: number;
  readonly redemptionCount: number;
  readonly amountFen: Fen;
};

/**
 * Every redemption of a programme that is not paid for, oldest first, by what it waits for: each
 * stands in a run or under a named hold, none is forgotten.
 * @policy S1 ageing report; inv-33
 */
export async function ageingReport(
  tx: Tx,
  asked: { readonly programmeId: string; readonly merchantId?: string | undefined },
): Promise<readonly AgeingRow[]> {
  const today = dayOf(tx.now);
  const { programmeId, merchantId = null } = asked;
  const midnight = startOfDay(today);
  return tx.rows<AgeingRow>(sql('waiting'), {
    programmeId,
    merchantId,
    today,
    midnight,
    now: tx.now,
  });
}

/** A run as its readers see it. */
export type Run = {
  readonly runId: string;
  readonly programmeId: string;
  readonly number: number;
  readonly cutOff: Instant;
  readonly state: 'prepared' | 'approved' | 'sent' | 'finished' | 'rejected';
  readonly lineCount: number;
  readonly payoutCount: number;
  readonly amountFen: Fen;
  readonly contentHash: string;
  readonly payerAccount: string;
  readonly preparedBy: string;
  readonly approvedBy: string | null;
  readonly createdAt: Instant;
  readonly approvedAt: Instant | null;
  readonly bankRefusal: string | null;
};

/** A run. Refuses `not_found`. */
export async function getRun(tx: Tx, runId: string): Promise<Run> {
  return (await tx.maybe<Run>(sql('findRun'), { runId })) ?? refuse('not_found');
}

/** A page of a programme's runs, latest first; `before` is the number of the last one seen. */
export async function listRuns(
  tx: Tx,
  asked: {
    readonly programmeId: string;
    readonly state?: Run['state'] | undefined;
    readonly before?: number | undefined;
    readonly limit: number;
  },
): Promise<readonly Run[]> {
  const { state = null, before = 2_147_483_647 } = asked;
  return tx.rows<Run>(sql('listRuns'), { ...asked, state, before });
}

/** One attempt to pay one merchant. */
export type Payout = {
  readonly payoutId: string;
  readonly runId: string;
  readonly programmeId: string;
  readonly merchantId: string;
  readonly merchantName: string;
  readonly attempt: number;
  readonly amountFen: Fen;
  readonly state: PayoutState;
  readonly failure: string | null;
  readonly preparedBy: string | null;
  readonly sentAt: Instant | null;
  readonly decidedAt: Instant | null;
};

/** A payout. Refuses `not_found`. */
export async function getPayout(tx: Tx, payoutId: string): Promise<Payout> {
  return (await tx.maybe<Payout>(sql('findPayout'), { payoutId })) ?? refuse('not_found');
}

/** Where a page of payouts continues. */
export type PayoutPosition = { readonly merchantId: string; readonly attempt: number };

/** A page of a run's payouts by merchant and attempt. */
export async function listPayouts(
  tx: Tx,
  asked: {
    readonly runId: string;
    readonly merchantId?: string | undefined;
    readonly after?: PayoutPosition | undefined;
    readonly limit: number;
  },
): Promise<readonly Payout[]> {
  const { after, merchantId = null } = asked;
  return tx.rows<Payout>(sql('listPayouts'), {
    ...asked,
    merchantId,
    afterMerchant: after?.merchantId ?? '00000000-0000-0000-0000-000000000000',
    afterAttempt: after?.attempt ?? 0,
  });
}

/** The programme of a redemption. Refuses `not_found`. */
export async function programmeOfRedemption(tx: Tx, redemptionId: string): Promise<string> {
  const row = await tx.maybe<{ programmeId: string }>(sql('programmeOfRedemption'), {
    redemptionId,
  });
  return row?.programmeId ?? refuse('not_found');
}
