import type { Fen } from '@huiquan/domain/fen.ts';
import { isUsedUp } from '@huiquan/domain/plan/used-up.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { CurrentPlan } from './load-plan.ts';

const sql = twin(import.meta.url);

/** Whether a pool waits for its money, can give vouchers, or has no more to give. */
export type PoolState = {
  readonly pool: string;
  readonly name: string;
  readonly state: 'not_funded' | 'open' | 'used_up';
};

/**
 * How the pools of a programme stand. One that cannot pay another voucher is used up, and with it
 * its activity ends.
 * @policy XN23 三(四)1; requirement F5
 */
export async function poolStates(tx: Tx, current: CurrentPlan): Promise<readonly PoolState[]> {
  const { programmeId, plan } = current;
  const rows = await tx.rows<{ pool: string; leftFen: Fen }>(sql('poolMoney'), { programmeId });
  return plan.pools.map(({ id, name }): PoolState => {
    const money = rows.find((row) => row.pool === id);
    if (money === undefined) return { pool: id, name, state: 'not_funded' };
    return { pool: id, name, state: isUsedUp(plan, id, money.leftFen) ? 'used_up' : 'open' };
  });
}
