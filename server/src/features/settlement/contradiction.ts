import type { Db } from '../../db/pool.ts';
import { transact, type Actor } from '../../db/transact.ts';
import { findRedemption } from '../redemption/decide.ts';
import type { Contradiction } from '../redemption/network.ts';
import { raiseException } from './exception.ts';

/**
 * Puts what the payment network said against its own first word on the list of exceptions, once:
 * the first final state stands, and two persons decide what becomes of it. May be run again.
 * @policy fault-32; S2
 */
export async function openContradiction(db: Db, actor: Actor, found: Contradiction): Promise<void> {
  const { redemptionId, told, toldFen, tradeNumber, verdict } = found;
  await transact(db, actor, async (tx) => {
    const redemption = await findRedemption(tx, redemptionId);
    if (redemption === undefined) return;
    await raiseException(tx, {
      programmeId: redemption.programmeId,
      source: 'network_notice',
      verdict,
      subjectKey: `network notice ${redemptionId}: ${told} ${toldFen}`,
      redemptionId,
      details: {
        ours: redemption.state,
        oursFen: redemption.cashFen,
        theirs: told,
        theirsFen: toldFen,
        tradeNumber,
      },
    });
  });
}

/** What a job carries of a contradiction. Throws for one that carries something else. */
export function contradictionIn(payload: Readonly<Record<string, unknown>>): Contradiction {
  const text = (name: string) => {
    const value = payload[name];
    if (typeof value !== 'string') throw new Error(`the job carries no ${name}`);
    return value;
  };
  const { toldFen } = payload;
  if (typeof toldFen !== 'number') throw new Error('the job carries no amount');
  const verdict = text('verdict') === 'amount_differs' ? 'amount_differs' : 'state_differs';
  const [redemptionId, told, tradeNumber] = ['redemptionId', 'told', 'tradeNumber'].map(text);
  return {
    redemptionId: redemptionId ?? '',
    told: told ?? '',
    toldFen,
    tradeNumber: tradeNumber ?? '',
    verdict,
  };
}
