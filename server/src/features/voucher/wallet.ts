import { type Fen, yuanText } from '@huiquan/domain/fen.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { PlanKind } from '@huiquan/domain/plan/effective-plan.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { loadPlan } from '../programme/load-plan.ts';

const sql = twin(import.meta.url);

/** 未使用, 已使用, 已过期. A voucher in a try stays among the unused. */
export type WalletTab = 'unused' | 'used' | 'expired';

/** A voucher as its owner sees it: the plan it was issued under says what it is good for. */
export type WalletVoucher = {
  readonly voucherId: string;
  readonly programmeId: string;
  readonly programmeTitle: string;
  readonly kind: string;
  readonly kindName: string;
  readonly faceFen: Fen;
  readonly channel: string;
  readonly state: 'unused' | 'held' | 'used';
  /** From here on it is accepted; later than its start where a refund gave it back for later. */
  readonly usableFrom: Instant;
  /** The first instant at which it is not accepted. */
  readonly validTo: Instant;
  /** `满50元可用，抵10元`. */
  readonly rule: string;
  /** The merchant categories that take it, by the plan's names. */
  readonly categories: readonly string[];
};

/**
 * What a voucher of `kind` does, in one line: the least the order must be, and what is taken off.
 * @policy SX20 一(二) 须大于票面金额; SM23 九 达到面值; XN23 三(二)
 */
export function ruleText(kind: PlanKind, faceFen: Fen): string {
  const { amountFen, strict } = kind.threshold;
  const yuan = (fen: Fen) => yuanText(fen).replace(/\.00$/, '');
  return `消费${strict ? '超过' : '满'}${yuan(amountFen)}元可用，抵${yuan(faceFen)}元`;
}

/**
 * One page of a person's wallet, the next to end first. `after` is the last voucher of the page
 * before.
 * @policy XN23 四(二), SX20 一(二) 我的票券; requirement W1
 */
export async function walletOf(
  tx: Tx,
  page: {
    readonly personId: string;
    readonly tab: WalletTab;
    readonly after?: { readonly validTo: Instant; readonly voucherId: string } | undefined;
    readonly size: number;
  },
): Promise<readonly WalletVoucher[]> {
  type Row = Omit<WalletVoucher, 'kindName' | 'rule' | 'categories' | 'usableFrom'> & {
    readonly versionId: string;
    readonly validFrom: Instant;
    readonly usableFrom: Instant | null;
  };
  const { personId, tab, size, after } = page;
  const rows = await tx.rows<Row>(sql('walletPage'), {
    personId,
    tab,
    size,
    afterTo: after?.validTo ?? null,
    afterId: after?.voucherId ?? null,
    now: tx.now,
  });
  const vouchers: WalletVoucher[] = [];
  for (const { versionId, validFrom, usableFrom, ...row } of rows) {
    const plan = await loadPlan(tx, versionId);
    const kind = plan.kinds.find((one) => one.id === row.kind);
    if (kind === undefined) throw new Error(`the plan of a voucher has no kind ${row.kind}`);
    vouchers.push({
      ...row,
      kindName: kind.name,
      usableFrom: usableFrom !== null && usableFrom > validFrom ? usableFrom : validFrom,
      rule: ruleText(kind, row.faceFen),
      categories: kind.categories.map(
        (id) => plan.merchants.categories.find((one) => one.id === id)?.name ?? id,
      ),
    });
  }
  return vouchers;
}

/** How the vouchers of one kind and channel stand. */
export type KindFigures = {
  readonly kind: string;
  readonly channel: string;
  readonly issuedCount: number;
  readonly issuedFen: Fen;
  readonly usedCount: number;
  readonly usedFen: Fen;
  readonly heldCount: number;
  readonly recalledCount: number;
  readonly expiredCount: number;
  readonly unusedCount: number;
};

/** What a programme issued and what became of it, by kind and channel. */
export async function figuresOfProgramme(
  tx: Tx,
  programmeId: string,
): Promise<readonly KindFigures[]> {
  type Row = {
    readonly [Key in keyof KindFigures]: KindFigures[Key] extends number
      ? bigint
      : KindFigures[Key];
  };
  const rows = await tx.rows<Row>(sql('programmeFigures'), { programmeId, now: tx.now });
  return rows.map((row) => ({
    ...row,
    issuedCount: Number(row.issuedCount),
    usedCount: Number(row.usedCount),
    heldCount: Number(row.heldCount),
    recalledCount: Number(row.recalledCount),
    expiredCount: Number(row.expiredCount),
    unusedCount: Number(row.unusedCount),
  }));
}
