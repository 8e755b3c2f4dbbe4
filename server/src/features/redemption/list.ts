import type { Fen } from '@huiquan/domain/fen.ts';
import { maskName } from '@huiquan/domain/identity/masks.ts';
import { endOfDay, startOfDay, type Instant } from '@huiquan/domain/instant.ts';
import { reversalRefusal, type Reverser } from '@huiquan/domain/redemption/refund.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { Keys } from '../../keys.ts';
import { staffName } from '../account/staff-name.ts';
import { loadPlan } from '../programme/load-plan.ts';
import type { RedemptionState } from './decide.ts';

const sql = twin(import.meta.url);

/** A redemption as its shop sees it: the customer is a masked name. */
export type ListedRedemption = {
  readonly redemptionId: string;
  readonly state: RedemptionState;
  readonly payment: 'network' | 'merchant';
  readonly voucherName: string;
  readonly customer: string;
  readonly cashier: string | undefined;
  readonly terminalLabel: string;
  readonly orderFen: Fen;
  readonly deductionFen: Fen;
  readonly cashFen: Fen;
  readonly refundedFen: Fen;
  readonly refundedVoucherFen: Fen;
  readonly triedAt: Instant;
  readonly decidedAt: Instant | null;
  /** Whether who asks may undo it now. */
  readonly mayReverse: boolean;
};

type Row = Omit<ListedRedemption, 'voucherName' | 'customer' | 'cashier' | 'mayReverse'> & {
  readonly cashierId: string | null;
  readonly versionId: string;
  readonly kind: string;
  readonly envelope: Buffer;
  readonly keyId: number;
  readonly cashierEnvelope: Buffer | null;
  readonly cashierKeyId: number | null;
};

/** Who looks: a cashier, or the owner of the merchant. */
export type Looker = { readonly cashierId: string | undefined };

const lastOfAll = { triedAt: 253_402_300_000_000 as Instant, redemptionId: '' };
const noId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** A page of a shop's redemptions of `day`, newest first, after the place where a page ended. */
export async function listShopRedemptions(
  tx: Tx,
  keys: Keys,
  page: {
    readonly shopId: string;
    readonly day: string;
    readonly after: { readonly triedAt: Instant; readonly redemptionId: string } | undefined;
    readonly limit: number;
    readonly looker: Looker;
  },
): Promise<readonly ListedRedemption[]> {
  const { shopId, day, limit, looker, after = lastOfAll } = page;
  const rows = await tx.rows<Row>(sql('listShopRedemptions'), {
    shopId,
    from: startOfDay(day),
    before: endOfDay(day),
    lastAt: after.triedAt,
    lastId: after.redemptionId === '' ? noId : after.redemptionId,
    limit,
  });
  const found: ListedRedemption[] = [];
  for (const row of rows) found.push(await listed(tx, keys, row, looker));
  return found;
}

async function listed(tx: Tx, keys: Keys, row: Row, looker: Looker): Promise<ListedRedemption> {
  const { envelope, keyId, cashierEnvelope, cashierKeyId, versionId, kind, ...rest } = row;
  const { cashierId: _cashierId, ...facts } = rest;
  const plan = await loadPlan(tx, versionId);
  const opened: unknown = JSON.parse(keys.open(envelope, keyId));
  const cashier =
    cashierEnvelope === null || cashierKeyId === null
      ? undefined
      : staffName(keys, { envelope: cashierEnvelope, keyId: cashierKeyId });
  return {
    ...facts,
    voucherName: plan.kinds.find((one) => one.id === kind)?.name ?? kind,
    customer: maskName(String(Reflect.get(Object(opened), 'name') ?? '')),
    cashier,
    mayReverse: mayReverse(tx, row, looker),
  };
}

function mayReverse(tx: Tx, row: Row, { cashierId }: Looker): boolean {
  if (row.state !== 'committed' || row.refundedFen !== 0n) return false;
  const isSame = cashierId === row.cashierId;
  const reverser: Reverser =
    cashierId === undefined ? 'owner' : isSame ? 'same_cashier' : 'other_cashier';
  return reversalRefusal(row.decidedAt ?? row.triedAt, reverser, tx.now) === undefined;
}

/** What one cashier, or the whole shop, took and gave back in a day. */
export type DaySums = {
  readonly redemptions: number;
  readonly orderFen: Fen;
  readonly voucherFen: Fen;
  /** Collected by the shop itself, and paid through the network. */
  readonly collectedFen: Fen;
  readonly networkFen: Fen;
  readonly refunds: number;
  readonly refundedFen: Fen;
  readonly refundedVoucherFen: Fen;
  readonly refundedCollectedFen: Fen;
};

/** The sums of a shop's day by cashier; `undecided` tries are in none of them. */
export async function shopTotals(
  tx: Tx,
  keys: Keys,
  of: { readonly merchantId: string; readonly shopId: string; readonly day: string },
): Promise<{
  readonly cashiers: readonly (DaySums & { readonly name: string })[];
  readonly undecided: number;
}> {
  type SumRow = DaySums & {
    readonly cashierId: string | null;
    readonly envelope: Buffer | null;
    readonly keyId: number | null;
  };
  const { merchantId, shopId, day } = of;
  const span = { from: startOfDay(day), before: endOfDay(day) };
  const rows = await tx.rows<SumRow>(sql('sumShopDay'), { merchantId, shopId, ...span });
  const { undecided } = await tx.one<{ undecided: number }>(sql('countUndecided'), {
    shopId,
    ...span,
  });
  const cashiers = rows.map(({ cashierId: _cashierId, envelope, keyId, ...sums }) => ({
    ...sums,
    name: envelope === null || keyId === null ? '—' : staffName(keys, { envelope, keyId }),
  }));
  return { cashiers, undecided };
}
