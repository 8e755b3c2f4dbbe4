import { fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { validityOf } from '@huiquan/domain/plan/validity.ts';
import type { Tx } from '../../db/transact.ts';
import { currentPlan } from '../programme/load-plan.ts';
import { hashOfForecast } from './batch.ts';
import type { IssueForecast } from './forecast.ts';
import { namesIn } from './names.ts';

/** A forecast as people read it: every part by its name, with the end of what would be issued. */
export async function forecastWire(tx: Tx, forecast: IssueForecast) {
  const { programmeId, entitlementCount, voucherCount, amountFen } = forecast;
  const { plan } = await currentPlan(tx, programmeId);
  const names = await namesIn(tx, programmeId);
  return {
    contentHash: hashOfForecast(forecast).toString('hex'),
    entitlementCount,
    voucherCount,
    amountFen: fenOnWire(amountFen),
    funds: forecast.funds.map((one) => ({
      ...one,
      ...names.fund(one.fundId),
      amountFen: fenOnWire(one.amountFen),
    })),
    channels: forecast.channels.map((one) => ({
      ...one,
      name: names.channel(one.channel),
      amountFen: fenOnWire(one.amountFen),
    })),
    kinds: forecast.kinds.map(({ kind, faceFen, voucherCount: count }) => ({
      kind,
      name: names.kind(kind),
      faceFen: fenOnWire(faceFen),
      voucherCount: count,
      validTo: instantText(validityOf(plan, kind, tx.now).validTo),
    })),
    refusals: [...forecast.refusals],
    ...(plan.issueUntil === undefined ? {} : { issueUntil: instantText(plan.issueUntil) }),
  };
}
