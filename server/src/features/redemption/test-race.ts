import { yuan } from '@huiquan/domain/fen.ts';
import { closeDb, openDb } from '../../db/pool.ts';
import { transact } from '../../db/transact.ts';
import { someKeys } from '../../given/fund.ts';
import { tryRedemptions } from './try.ts';

/** What the race test tells a server process of its own, as JSON in its environment. */
export type RaceOrder = {
  readonly appUrl: string;
  readonly codes: readonly string[];
  readonly cashierId: string;
  /** Each redeemer takes a fresh till for each group: losing races pauses a till. */
  readonly redeemers: readonly (readonly string[])[];
};

/**
 * One server process: every redeemer scans every code, in an order of its own, in groups. Prints
 * how many scans ended how.
 */
async function race(order: RaceOrder): Promise<void> {
  const db = openDb({ url: order.appUrl, max: 8 });
  const counts: Record<string, number> = {};
  await Promise.all(
    order.redeemers.map(async (terminalIds, place) => {
      const from = (place * 37) % order.codes.length;
      const codes = [...order.codes.slice(from), ...order.codes.slice(0, from)];
      const size = Math.ceil(codes.length / terminalIds.length);
      for (const [group, terminalId] of terminalIds.entries()) {
        const till = { terminalId, cashierId: order.cashierId };
        const outcomes = await transact(db, { kind: 'terminal', id: terminalId }, (tx) =>
          tryRedemptions(
            tx,
            someKeys,
            codes
              .slice(group * size, (group + 1) * size)
              .map((code) => ({ ...till, code, orderFen: yuan(180), payment: 'merchant' })),
          ),
        );
        for (const outcome of outcomes) {
          const name = outcome.refused ?? 'tried';
          counts[name] = (counts[name] ?? 0) + 1;
        }
      }
    }),
  );
  await closeDb(db);
  process.stdout.write(JSON.stringify(counts));
}

await race(JSON.parse(process.env['HUIQUAN_RACE'] ?? '') as RaceOrder);
