import type { Fen } from '@huiquan/domain/fen.ts';
import type { Db } from '../db/pool.ts';
import type { VoucherRef } from '../features/voucher/voucher.ts';
import { givenIssuedBatch, givenRoster } from './issuing.ts';

/**
 * Vouchers in the wallets of `persons` (a count makes new ones), issued through the real commands:
 * five of 40元 each unless said. The programme must be published and its pool funded. Answers them
 * by person, in the order of their numbers.
 */
export async function givenVouchers(
  db: Db,
  given: {
    readonly programmeId: string;
    readonly organisationId: string;
    readonly persons: number | readonly string[];
    readonly faceFen?: Fen | bigint;
    readonly voucherCount?: number;
    readonly source?: string;
  },
): Promise<{ readonly batchId: string; readonly vouchers: readonly VoucherRef[] }> {
  const { rosterId } = await givenRoster(db, given);
  const batchId = await givenIssuedBatch(db, rosterId);
  const { rows } = await db.pool.query<{ person_id: string; voucher_id: string }>(
    'select person_id, voucher_id from voucher where batch_id = $1 order by person_id, n',
    [batchId],
  );
  const vouchers = rows.map((row) => ({ personId: row.person_id, voucherId: row.voucher_id }));
  return { batchId, vouchers };
}

/** Sets the database's clock; `undefined` lets it run. Only the owner of the schema may. */
export async function setClock(
  owner: { query(text: string, values?: unknown[]): Promise<unknown> },
  text: string | undefined,
): Promise<void> {
  await owner.query('delete from clock_override');
  if (text !== undefined) {
    await owner.query('insert into clock_override (now_at) values ($1)', [text]);
  }
}
