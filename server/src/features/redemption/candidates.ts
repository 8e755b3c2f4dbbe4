import type { Fen } from '@huiquan/domain/fen.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Plan, PlanGate, PlanKind } from '@huiquan/domain/plan/effective-plan.ts';
import {
  acceptanceBar,
  regionPrefix,
  type AcceptanceBar,
} from '@huiquan/domain/redemption/acceptance.ts';
import type { Candidate } from '@huiquan/domain/redemption/choice.ts';
import type { RefusalCode } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { loadPlan, type ProgrammeState } from '../programme/load-plan.ts';
import { anyRegion } from '../wallet/payment-code.ts';

const sql = twin(import.meta.url);

/** A till as it stands now. */
export type Till = {
  readonly n: number;
  readonly terminalId: string;
  readonly isBound: boolean;
  readonly pausedUntil: Instant | null;
  readonly shopId: string;
  readonly isOpen: boolean;
  readonly shopRegion: string;
  readonly merchantId: string;
  readonly merchantState: 'active' | 'suspended' | 'disqualified';
  readonly merchantRegion: string;
  readonly acceptanceMark: boolean;
  readonly hasCashier: boolean;
  readonly isDishonest: boolean;
};

/** A voucher that may be used at a till, with the plan it was issued under. */
export type FoundVoucher = Candidate & {
  readonly personId: string;
  readonly programmeId: string;
  readonly fundId: string;
  readonly kind: PlanKind;
  readonly plan: Plan;
  readonly bar: AcceptanceBar | undefined;
};

type Row = {
  readonly n: number;
  readonly voucherId: string;
  readonly programmeId: string;
  readonly versionId: string;
  readonly kind: string;
  readonly fundId: string;
  readonly faceFen: Fen;
  readonly state: 'unused' | 'held' | 'used' | 'void';
  readonly validFrom: Instant;
  readonly validTo: Instant;
  readonly usableFrom: Instant | null;
  readonly programmeState: ProgrammeState;
  readonly admission: 'applied' | 'approved' | 'rejected' | 'suspended' | 'disqualified' | null;
  readonly category: string | null;
};

/** What a till presents: a person, the voucher picked if any, and where the person stands. */
export type Presented = {
  readonly n: number;
  readonly personId: string;
  readonly voucherId: string | null;
  readonly regions: readonly string[] | null;
  /** What the till says is being bought, where it says so: member_card_top_up, … */
  readonly goods: readonly string[];
  readonly till: Till;
};

/**
 * The tills of `wanted` as they stand now, by number; a number is missing for an unknown terminal.
 * Shares the lock of their merchants until the transaction ends.
 */
export async function lockTills(
  tx: Tx,
  wanted: readonly {
    readonly n: number;
    readonly terminalId: string;
    readonly cashierId: string;
  }[],
): Promise<ReadonlyMap<number, Till>> {
  const terminalIds = wanted.map((one) => one.terminalId);
  const [, rows] = await Promise.all([
    tx.rows(sql('lockMerchants'), { terminalIds }),
    tx.rows<Till>(sql('findTills'), {
      numbers: wanted.map((one) => one.n),
      terminalIds,
      cashierIds: wanted.map((one) => one.cashierId),
    }),
  ]);
  return new Map(rows.map((row) => [row.n, row]));
}

/** Why nobody may pay with vouchers at this till at all. */
export function tillBar(till: Till): AcceptanceBar | undefined {
  if (!till.isBound) return 'terminal_not_bound';
  if (!till.isOpen) return 'shop_closed';
  if (!till.hasCashier) return 'cashier_not_of_shop';
  if (till.merchantState === 'suspended') return 'merchant_suspended';
  return till.merchantState === 'disqualified' ? 'merchant_disqualified' : undefined;
}

/**
 * Which vouchers are looked at: those that are unused and have not ended, alike ones once; or all
 * of the wallet, to tell why none can be used.
 */
export type Wallet = 'usable' | 'all';

/** The vouchers of each presented person, by the number of the item. */
export async function findCandidates(
  tx: Tx,
  presented: readonly Presented[],
  wallet: Wallet,
): Promise<ReadonlyMap<number, readonly FoundVoucher[]>> {
  const byNumber = new Map<number, FoundVoucher[]>();
  if (presented.length === 0) return byNumber;
  const rows = await tx.rows<Row>(wallet === 'all' ? sql('findAll') : sql('findUsable'), {
    numbers: presented.map((one) => one.n),
    personIds: presented.map((one) => one.personId),
    voucherIds: presented.map((one) => one.voucherId),
    merchantIds: presented.map((one) => one.till.merchantId),
    now: tx.now,
  });
  const versionIds = [...new Set(rows.map((row) => row.versionId))];
  const plans = new Map(
    await Promise.all(versionIds.map(async (id) => [id, await loadPlan(tx, id)] as const)),
  );
  const ofItem = new Map(presented.map((one) => [one.n, one]));
  for (const row of rows) {
    const item = ofItem.get(row.n);
    const plan = plans.get(row.versionId);
    if (item === undefined || plan === undefined) throw new Error('a row nobody asked for');
    const found = byNumber.get(row.n) ?? [];
    found.push(candidateOf(row, plan, item));
    byNumber.set(row.n, found);
  }
  return byNumber;
}

function candidateOf(row: Row, plan: Plan, item: Presented): FoundVoucher {
  const kind = plan.kinds.find((one) => one.id === row.kind);
  if (kind === undefined) throw new Error(`voucher ${row.voucherId} has no kind in its plan`);
  const { till } = item;
  const bar = acceptanceBar(plan.merchants, {
    shopRegion: till.shopRegion,
    merchantRegion: till.merchantRegion,
    isDishonest: till.isDishonest,
    hasAcceptanceMark: till.acceptanceMark,
    admission: row.admission,
  });
  return {
    voucher: { ...row, usableFrom: row.usableFrom ?? undefined },
    rule: kind,
    category: row.category ?? undefined,
    barred: programmeBar(row.programmeState) ?? barCode(bar) ?? useBar(plan, item),
    personId: item.personId,
    programmeId: row.programmeId,
    fundId: row.fundId,
    kind,
    plan,
    bar,
  };
}

const barCode = (bar: AcceptanceBar | undefined): RefusalCode | undefined =>
  bar === undefined ? undefined : 'merchant_not_accepting';

function programmeBar(state: ProgrammeState): RefusalCode | undefined {
  if (state === 'closing' || state === 'closed') return 'programme_closed';
  return state === 'published' ? undefined : 'programme_not_running';
}

/** XN23 二(八) 申领使用: a plan may ask for the place at use too; the code carries the answer. */
function useBar(plan: Plan, { regions, goods }: Presented): RefusalCode | undefined {
  const { excludedUses } = plan.redemption;
  if (goods.some((use) => excludedUses.includes(use))) return 'goods_not_allowed';
  const gate = plan.gates.find(
    (one): one is Extract<PlanGate, { gate: 'location' }> =>
      one.gate === 'location' && one.at.includes('use'),
  );
  if (gate === undefined) return undefined;
  if (regions === null) return 'location_required';
  const wanted = regionPrefix(gate.region);
  const isThere = regions.some((one) => one === anyRegion || regionPrefix(one) === wanted);
  return isThere ? undefined : 'location_not_eligible';
}
