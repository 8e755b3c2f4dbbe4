import { fen, fenOnWire, type Fen } from '@huiquan/domain/fen.ts';
import type { Plan, PlanFunder } from '@huiquan/domain/plan/effective-plan.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';

const sql = twin(import.meta.url);

/** The pools that pay the vouchers of an entitlement source. */
function poolsOf(plan: Plan, source: string): readonly string[] {
  const kinds = plan.issuing.find((one) => one.id === source)?.kinds ?? [];
  return plan.kinds.filter((kind) => kinds.includes(kind.id)).map((kind) => kind.pool);
}

/** Those of their funders that each pay for their own people. */
function ownFunders(plan: Plan, pools: readonly string[]): readonly PlanFunder[] {
  const paying = plan.pools.filter((one) => pools.includes(one.id));
  const ids = new Set(paying.flatMap((one) => one.funders));
  return plan.funders.filter((one) => one.perBranch && ids.has(one.id));
}

type Rostered = {
  readonly rosterId: string;
  readonly programmeId: string;
  readonly organisationId: string;
  readonly source: string;
  readonly amountFen: Fen;
};

/** What an organisation paid for its own people, and what its lists come to with this one. */
export type RosterPayment = {
  readonly paidFen: Fen;
  readonly listedFen: Fen;
  readonly mustEqual: boolean;
};

/**
 * A roster beside the confirmed payments of its organisation where the plan lets each pay for its
 * own people; undefined where a common pool pays.
 */
export async function paymentOf(
  tx: Tx,
  plan: Plan,
  roster: Rostered,
): Promise<RosterPayment | undefined> {
  const pools = poolsOf(plan, roster.source);
  const funders = ownFunders(plan, pools);
  if (funders.length === 0) return undefined;
  const { rosterId, programmeId, organisationId, source } = roster;
  const values = { rosterId, programmeId, organisationId, source, pools };
  const row = await tx.one<{ paidFen: Fen; listedFen: Fen }>(sql('paidByOrganisation'), values);
  return {
    paidFen: row.paidFen,
    listedFen: fen(row.listedFen + roster.amountFen),
    mustEqual: funders.some((one) => one.returnAccount === 'branch_union'),
  };
}

/**
 * Holds a roster against the confirmed payments of its organisation where the plan lets each pay
 * for its own people: a branch union's lists together equal what it paid, to the 分; an enterprise's
 * lists do not exceed it. Money from a common pool is judged when a batch is prepared. Refuses
 * `fund_not_confirmed`, `payment_differs`, `insufficient_funds`, each with both figures.
 * @policy SX20 一(二)1–2, SM23 五(三); requirement O3; att-U8
 */
export async function requirePayment(tx: Tx, plan: Plan, roster: Rostered): Promise<void> {
  const payment = await paymentOf(tx, plan, roster);
  if (payment === undefined) return;
  const { paidFen, listedFen, mustEqual } = payment;
  if (paidFen === 0n) refuse('fund_not_confirmed', { paidFen: 0 });
  const figures = { paidFen: fenOnWire(paidFen), rosterFen: fenOnWire(listedFen) };
  if (mustEqual && listedFen !== paidFen) refuse('payment_differs', figures);
  if (listedFen > paidFen) refuse('insufficient_funds', figures);
}
