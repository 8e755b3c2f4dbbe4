import { fen } from '@huiquan/domain/fen.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { payAt, type Till } from './shops.ts';
import { pick, type World } from './world.ts';

/**
 * Every third or so of the persons goes shopping with a voucher of the plan's first kind, for a
 * little more than its threshold; who has none left pays without.
 */
export async function goShopping(
  world: World,
  of: {
    readonly plan: Plan;
    readonly persons: readonly string[];
    readonly tills: readonly Till[];
    readonly day: string;
  },
): Promise<void> {
  const { plan, persons, tills, day } = of;
  const kind = plan.kinds.find((one) => one.form === 'electronic');
  for (const personId of persons) {
    if (pick(`shops ${day} ${personId}`, 3) > 0) continue;
    const till = tills[pick(`till ${day} ${personId}`, tills.length)];
    if (kind === undefined || till === undefined) continue;
    const extra = 1 + pick(`order ${day} ${personId}`, 6_000);
    const orderFen = fen(kind.threshold.amountFen + BigInt(extra));
    await payAt(world, till, { personId, orderFen });
  }
}
