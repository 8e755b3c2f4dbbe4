import { createHash } from 'node:crypto';
import { type Fen, fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Db } from '../db/pool.ts';
import { type Actor, transact } from '../db/transact.ts';
import { approveConfirmation, prepareConfirmation } from '../features/fund/confirmation.ts';
import { openFund } from '../features/fund/fund.ts';
import { prepareFundingOrder } from '../features/fund/funding-order.ts';
import { currentPlan, partiesOf } from '../features/programme/load-plan.ts';
import { type Keys, makeKeys } from '../keys.ts';
import { someStaff } from './organisation.ts';

/** Keys for tests that need some and no particular ones. */
export const someKeys: Keys = makeKeys(
  new Map([[1, createHash('sha256').update('keys of the tests').digest()]]),
);

const somePayTo = { name: '消费券专户', number: '6200009999990000', bank: '农业银行' };

export type GivenFund = {
  readonly fundId: string;
  /** Undefined for a fund without money. */
  readonly fundingOrderId: string | undefined;
  readonly funderId: string;
  readonly clerk: Actor;
};

/**
 * A fund of a published programme, through the real commands: with `amountFen` (100,000 分 unless
 * said) confirmed by two persons as a signed pre-allocation, or ordered but not paid where
 * `confirmed` is false. The funder is the first of the pool, played by its party's organisation,
 * unless `funder` (the plan's name) or `funderId` say otherwise.
 */
export async function givenFund(
  db: Db,
  given: {
    readonly programmeId: string;
    readonly pool: string;
    readonly funder?: string;
    readonly funderId?: string;
    readonly channel?: string;
    readonly amountFen?: Fen | bigint;
    readonly confirmed?: boolean;
    readonly keys?: Keys;
  },
): Promise<GivenFund> {
  const { programmeId, pool, channel } = given;
  const keys = given.keys ?? someKeys;
  const clerk = someStaff();
  const { funder, funderId } = await funderOf(db, given);
  const { fundId } = await transact(db, clerk, (tx) =>
    openFund(tx, { programmeId, pool, funderId, funder, channel }),
  );
  const amountFen = fen(given.amountFen ?? 100_000n);
  if (amountFen === 0n) return { fundId, fundingOrderId: undefined, funderId, clerk };
  const lines = [{ fundId, amountFen }];
  const { fundingOrderId } = await transact(db, clerk, (tx) =>
    prepareFundingOrder(tx, { lines, keys, payTo: somePayTo }),
  );
  if (given.confirmed !== false) await givenConfirmed(db, { fundingOrderId, clerk });
  return { fundId, fundingOrderId, funderId, clerk };
}

/** Confirms an order by a signed pre-allocation and a second person. */
export async function givenConfirmed(
  db: Db,
  order: { readonly fundingOrderId: string; readonly clerk: Actor },
): Promise<void> {
  const { fundingOrderId, clerk } = order;
  const documentNumber = `预拨〔2023〕${newId().slice(-6)}号`;
  const documentDigest = createHash('sha256').update(documentNumber).digest();
  const evidence = { basis: 'preallocation', documentNumber, documentDigest } as const;
  const { confirmationId } = await transact(db, clerk, (tx) =>
    prepareConfirmation(tx, { fundingOrderId, evidence, note: '预拨到账' }),
  );
  await transact(db, someStaff(), (tx) => approveConfirmation(tx, { confirmationId }));
}

async function funderOf(
  db: Db,
  given: {
    readonly programmeId: string;
    readonly pool: string;
    readonly funder?: string;
    readonly funderId?: string;
  },
): Promise<{ funder: string; funderId: string }> {
  const { programmeId } = given;
  return transact(db, someStaff(), async (tx) => {
    const { plan } = await currentPlan(tx, programmeId);
    const funder = given.funder ?? plan.pools.find((one) => one.id === given.pool)?.funders[0];
    const party = plan.funders.find((one) => one.id === funder)?.party;
    const parties = await partiesOf(tx, programmeId);
    const played = parties.find((one) => one.party === party)?.organisationId;
    const funderId = given.funderId ?? played;
    if (funder === undefined || funderId === undefined) {
      throw new Error(`the plan has no funder for pool ${given.pool}`);
    }
    return { funder, funderId };
  });
}
