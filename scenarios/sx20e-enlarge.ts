import type { Evaluation } from '@huiquan/domain/evaluation/evaluation.ts';
import { fen, type Fen } from '@huiquan/domain/fen.ts';

/**
 * What a sample of one in `times` stands for: members, counts and money times as large. Counties
 * are
 * never sampled.
 */
export function enlarged(sample: Evaluation, times: number): Evaluation {
  const money = (amount: Fen) => fen(amount * BigInt(times));
  const { spending } = sample;
  const { money: held } = sample;
  return {
    ...sample,
    levels: sample.levels.map((one) => ({
      level: one.level,
      members: one.members * times,
      electronicFen: money(one.electronicFen),
      paperFen: money(one.paperFen),
    })),
    approvedFen: money(sample.approvedFen),
    spending: {
      count: spending.count * times,
      orderFen: money(spending.orderFen),
      redeemedFen: money(spending.redeemedFen),
    },
    categories: sample.categories.map((one) => ({
      industry: one.industry,
      count: one.count * times,
      orderFen: money(one.orderFen),
      redeemedFen: money(one.redeemedFen),
    })),
    money: {
      fundedFen: money(held.fundedFen),
      availableFen: money(held.availableFen),
      committedFen: money(held.committedFen),
      outstandingFen: money(held.outstandingFen),
      payableFen: money(held.payableFen),
      settledFen: money(held.settledFen),
      returnDueFen: money(held.returnDueFen),
      returnedFen: money(held.returnedFen),
      expiredFen: money(held.expiredFen),
    },
  };
}
