import { type Fen, sumFen, fen } from '@huiquan/domain/fen.ts';
import type { Db } from '../db/pool.ts';
import { transact } from '../db/transact.ts';
import { approveRound, prepareRound, type StockWish } from '../features/round/round.ts';
import { givenFund } from './fund.ts';
import { someStaff } from './organisation.ts';
import { givenProgramme, type GivenProgramme } from './programme.ts';

/** An approved round; it opens by itself at its instant. */
export type GivenRound = {
  readonly programme: GivenProgramme;
  readonly roundId: string;
  /** The fund of each pool that pays the stock. */
  readonly funds: Readonly<Record<string, string>>;
};

function costOf(programme: GivenProgramme, pool: string, stock: readonly StockWish[]): Fen {
  const costs = stock.flatMap(({ kind: id, quantity }) => {
    const kind = programme.plan.kinds.find((one) => one.id === id);
    if (kind?.pool !== pool || kind.face.type !== 'fixed') return [];
    return [fen(kind.face.faceFen * BigInt(quantity))];
  });
  return sumFen(costs);
}

/** Funds every pool that `stock` draws on, to the 分, with `spareFen` more each. */
async function givenPools(db: Db, programme: GivenProgramme, given: Stocked) {
  const { programmeId, plan } = programme;
  const funds: Record<string, string> = {};
  for (const { id: pool } of plan.pools) {
    const amountFen = costOf(programme, pool, given.stock) + (given.spareFen ?? 0n);
    if (amountFen === 0n) continue;
    funds[pool] = (await givenFund(db, { programmeId, pool, amountFen })).fundId;
  }
  return funds;
}

type Stocked = {
  readonly stock: readonly StockWish[];
  /** What each pool has beyond the round. */
  readonly spareFen?: bigint;
};

/**
 * Round `number` (the first unless said) of the programme with exactly `stock`, prepared and
 * approved by two persons, its pools funded unless `funds` says they are. The clock must stand
 * before the round's end; claims are accepted while it stands in [opensAt, closesAt).
 */
export async function givenOpenRound(
  db: Db,
  given: Stocked & {
    readonly programme?: GivenProgramme;
    readonly planText?: string;
    readonly number?: number;
    readonly funds?: Readonly<Record<string, string>>;
  },
): Promise<GivenRound> {
  const { planText, stock, number = 1 } = given;
  const programme =
    given.programme ?? (await givenProgramme(db, planText === undefined ? {} : { planText }));
  const funds = given.funds ?? (await givenPools(db, programme, given));
  const { programmeId } = programme;
  const prepared = await transact(db, someStaff(), (tx) =>
    prepareRound(tx, { programmeId, number, stock }),
  );
  await transact(db, someStaff(), (tx) => approveRound(tx, prepared));
  return { programme, roundId: prepared.roundId, funds };
}
