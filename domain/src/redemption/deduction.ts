import { fen, zeroFen, type Fen } from '../fen.ts';
import type { PlanFace } from '../plan/effective-plan.ts';

/**
 * What a voucher of face value `faceFen` takes off an order of `orderFen`. A fixed voucher takes
 * its face, whole or not at all. A percentage is rounded down to the 分, in favour of public money,
 * and ends at the voucher's face, which is its cap. Of tiers the highest one reached counts. Zero
 * where the order is too small: nothing is ever left to pay below zero, so no change is given.
 * @policy SX20 一(二)5, SM23 八(二), XN23 三(五)2; inv-23
 */
export function deductionFen(face: PlanFace, faceFen: Fen, orderFen: Fen): Fen {
  const value = valueFen(face, faceFen, orderFen);
  return value > orderFen ? zeroFen : value;
}

function valueFen(face: PlanFace, faceFen: Fen, orderFen: Fen): Fen {
  switch (face.type) {
    case 'fixed':
      return faceFen;
    case 'percent':
      return least(fen((orderFen * BigInt(face.basisPoints)) / 10_000n), faceFen);
    case 'tiers': {
      let reached = zeroFen;
      for (const tier of face.tiers) {
        if (orderFen >= tier.orderAtLeastFen && tier.faceFen > reached) reached = tier.faceFen;
      }
      return least(reached, faceFen);
    }
  }
}

function least(one: Fen, other: Fen): Fen {
  return one < other ? one : other;
}
