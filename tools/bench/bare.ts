import { randomUUID } from 'node:crypto';
import type { TObject, TSchema } from 'typebox';
import { instant, instantText } from '@huiquan/domain/instant.ts';
import { issueCodeRoute } from '../../server/src/features/wallet/code.contract.ts';
import { commitRoute, tryRoute } from '../../server/src/features/redemption/redemption.contract.ts';
import { claimRoute } from '../../server/src/features/round/round.contract.ts';
import type { Route } from '../../server/src/http/contract.ts';
import { handle, type Handled } from '../../server/src/http/handle.ts';

type Part = TObject | undefined;
type Address = `/api/${string}`;

/** `/api/bench/<name>/…`, where a baseline answers what the real route answers. */
export const beside = (name: string, url: string): Address =>
  `/api/bench/${name}/${url.slice('/api/'.length)}`;

/** The route again under another address, with nobody's permission. */
export function twinOf<P extends Part, Q extends Part, B extends Part, R extends TSchema>(
  route: Route<P, Q, B, R>,
  name: string,
): Route<P, Q, B, R> {
  const url = beside(name, route.url);
  return { ...route, url, permission: 'public', name: `${route.method} ${url}` };
}

const someTime = instantText(instant(1_700_000_000_000));
const later = instantText(instant(1_700_600_000_000));

export const bareClaim = () => ({
  voucherId: randomUUID(),
  kind: 'retail_10',
  faceFen: 1_000,
  validFrom: someTime,
  validTo: later,
});

const bareState = {
  orderFen: 6_000,
  deductionFen: 1_000,
  cashFen: 5_000,
} as const;

/** Routes that parse and answer the shapes of the real ones, and do nothing. */
export function bareRoutes(): readonly Handled[] {
  return [
    handle(twinOf(claimRoute, 'bare'), async () => bareClaim()),
    handle(twinOf(issueCodeRoute, 'bare'), async () => ({
      code: '6200000000000000000',
      validFrom: someTime,
      expiresAt: later,
      refreshAfter: later,
    })),
    handle(twinOf(tryRoute, 'bare'), async () => ({
      ...bareState,
      redemptionId: randomUUID(),
      voucherId: randomUUID(),
      voucherName: '零售10元券',
      payment: 'merchant' as const,
      voidAt: later,
    })),
    handle(twinOf(commitRoute, 'bare'), async (request) => ({
      ...bareState,
      redemptionId: request.params.redemptionId,
      state: 'committed' as const,
    })),
  ];
}
