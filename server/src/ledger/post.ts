import type { Fen } from '@huiquan/domain/fen.ts';
import { linesOf } from '../db/lines.ts';
import type { Tx } from '../db/transact.ts';
import { twin } from '../db/twin.ts';

const sql = twin(import.meta.url);

/** The accounts of a fund. Those of a merchant are kept per merchant and fund. */
export const accountKinds = [
  'funder',
  'available',
  'committed',
  'outstanding',
  'payable',
  'payable_held',
  'settled',
  'receivable',
  'return_due',
  'returned',
] as const;

/** One of them. */
export type AccountKind = (typeof accountKinds)[number];

type Side = AccountKind | { readonly kind: AccountKind; readonly merchantId: string };

/** One movement of money between two accounts of a fund. */
export type Transfer = {
  readonly fundId: string;
  readonly from: Side;
  readonly to: Side;
  readonly amountFen: Fen;
  /** Why, in one word: confirmed, committed, issued, redeemed, expired, returned, … */
  readonly kind: string;
  readonly reference: { readonly kind: string; readonly id: string };
  /** Only for an approved pool transfer: the fund the money arrives in. */
  readonly toFundId?: string;
};

const kindOf = (side: Side) => (typeof side === 'string' ? side : side.kind);
const merchantOf = (side: Side) => (typeof side === 'string' ? null : side.merchantId);

/** Each account of `moves` once: those of a group share most of them. */
function accountsOf(moves: readonly Transfer[]) {
  const sides = moves.flatMap(({ fundId, toFundId, from, to }) => [
    { fundId, kind: kindOf(from), merchantId: merchantOf(from) },
    { fundId: toFundId ?? fundId, kind: kindOf(to), merchantId: merchantOf(to) },
  ]);
  const { lines } = linesOf(
    sides,
    ({ fundId, kind, merchantId }) => `${fundId} ${kind} ${merchantId}`,
  );
  return {
    fundIds: lines.map((one) => one.fundId),
    kinds: lines.map((one) => one.kind),
    merchantIds: lines.map((one) => one.merchantId),
  };
}

/**
 * Posts `transfers` under the event that caused them: all or none. The only writer of the ledger.
 * Opens accounts as needed. Locks the balance rows of every `available` and `committed` account it
 * touches, in account order. Refuses `insufficient_funds` where one would fall below zero.
 */
export async function post(tx: Tx, eventId: bigint, transfers: readonly Transfer[]): Promise<void> {
  const moves = transfers.filter((transfer) => transfer.amountFen !== 0n);
  if (moves.length === 0) return;
  const fundIds = moves.map((move) => move.fundId);
  const targetFunds = moves.map((move) => move.toFundId ?? move.fundId);
  const sourceKinds = moves.map((move) => kindOf(move.from));
  const targetKinds = moves.map((move) => kindOf(move.to));
  const sourceMerchants = moves.map((move) => merchantOf(move.from));
  const targetMerchants = moves.map((move) => merchantOf(move.to));
  const opening = tx.execute(sql('openAccounts'), accountsOf(moves));
  const inserting = tx.execute(sql('insertTransfers'), {
    fundIds,
    sourceKinds,
    sourceMerchants,
    targetFunds,
    targetKinds,
    targetMerchants,
    amounts: moves.map((move) => move.amountFen),
    transferKinds: moves.map((move) => move.kind),
    referenceKinds: moves.map((move) => move.reference.kind),
    referenceIds: moves.map((move) => move.reference.id),
    eventId,
    now: tx.now,
  });
  const [, posted] = await Promise.all([opening, inserting]);
  if (posted !== moves.length) throw new Error(`${posted} of ${moves.length} transfers posted`);
}

/** One account's balance: what came in less what went out. */
export type Balance = {
  readonly fundId: string;
  readonly kind: AccountKind;
  readonly merchantId: string | null;
  readonly balanceFen: Fen;
};

/** The balances of all accounts of `fundIds`, folded from the transfers. */
export async function balancesOf(tx: Tx, fundIds: readonly string[]): Promise<Balance[]> {
  return tx.rows<Balance>(sql('balancesOfFunds'), { fundIds });
}

/**
 * What each of `fundIds` has available, locked until the transaction ends, in account order. A fund
 * that never received money is absent.
 */
export async function lockAvailable(
  tx: Tx,
  fundIds: readonly string[],
): Promise<ReadonlyMap<string, Fen>> {
  const rows = await tx.rows<{ fundId: string; balanceFen: Fen }>(sql('lockAvailable'), {
    fundIds,
  });
  return new Map(rows.map((row) => [row.fundId, row.balanceFen]));
}
