import { publishableWeeks, type WeekFigures } from '@huiquan/domain/disclosure/weeks.ts';
import { type Fen, zeroFen } from '@huiquan/domain/fen.ts';
import { addDays, type Instant } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';

const sql = twin(import.meta.url);

/** What is published of issue and use, with the instant up to which it counts. */
export type WeeklyFigures = {
  readonly cutOff: Instant;
  /** Oldest first; groups too small to be published have joined their neighbours. */
  readonly weeks: readonly WeekFigures[];
};

/**
 * Issue and use by week, Monday to Sunday, from the ledger up to `before` (now unless said). The
 * same cut-off gives the same figures at any later time.
 * @policy XN23 三(四)6(8); requirement D1; inv-46, att-X4, att-X5
 */
export async function weeklyFigures(
  tx: Tx,
  asked: { readonly programmeId: string; readonly before?: Instant | undefined },
): Promise<WeeklyFigures> {
  const { programmeId } = asked;
  const before = asked.before === undefined || asked.before > tx.now ? tx.now : asked.before;
  type Money = { readonly week: string; readonly issuedFen: Fen; readonly usedFen: Fen };
  type Counted = { readonly week: string; readonly count: number };
  const money = await tx.rows<Money>(sql('weeklyMoney'), { programmeId, before });
  const issued = await tx.rows<Counted>(sql('weeklyIssued'), { programmeId, before });
  const used = await tx.rows<Counted>(sql('weeklyUsed'), { programmeId, before });
  const countIn = (rows: readonly Counted[], week: string) =>
    rows.find((row) => row.week === week)?.count ?? 0;
  const named = new Set([...money, ...issued, ...used].map((row) => row.week));
  const weeks = [...named].toSorted().map((week): WeekFigures => {
    const row = money.find((one) => one.week === week);
    return {
      from: week,
      to: addDays(week, 6),
      issuedCount: countIn(issued, week),
      issuedFen: row?.issuedFen ?? zeroFen,
      usedCount: countIn(used, week),
      usedFen: row?.usedFen ?? zeroFen,
    };
  });
  return { cutOff: before, weeks: publishableWeeks(weeks) };
}
