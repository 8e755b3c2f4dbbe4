import { instantText } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled } from '../../http/handle.ts';
import type { Principal } from '../../http/principal.ts';
import * as contract from './till.contract.ts';
import { getTillPlace, listOwnMerchants } from './till.ts';

/** The till that signed the request, with or without a cashier. */
function tillOf(principal: Principal) {
  if (principal.kind === 'terminal') return principal;
  if (principal.kind !== 'public' || principal.till === undefined) {
    return refuse('signature_invalid');
  }
  return { ...principal.till, cashierId: undefined };
}

/** What tills and merchant owners see of themselves. */
export function tillRoutes({ keys }: Context): readonly Handled[] {
  return [
    handle(contract.tillRoute, async (request) => {
      const { terminalId, cashierId } = tillOf(request.principal);
      return request.read(async (tx) => {
        const place = await getTillPlace(tx, keys, { terminalId, cashierId });
        const { pausedUntil, cashier, ...facts } = place;
        const isPaused = pausedUntil !== null && pausedUntil > tx.now;
        return {
          ...facts,
          ...(isPaused ? { pausedUntil: instantText(pausedUntil) } : {}),
          ...(cashier === undefined ? {} : { cashier }),
          now: instantText(tx.now),
        };
      });
    }),
    handle(contract.ownMerchantsRoute, async (request) => {
      const { merchantIds } = request.reach();
      const items = await request.read((tx) => listOwnMerchants(tx, merchantIds));
      const known = new Set(items.map((one) => one.merchantId));
      return {
        items: items.map((one) => ({ ...one, shops: [...one.shops] })),
        unregistered: merchantIds.filter((id) => !known.has(id)),
      };
    }),
  ];
}
