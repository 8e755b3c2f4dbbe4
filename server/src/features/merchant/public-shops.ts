import { regionPrefix } from '@huiquan/domain/redemption/acceptance.ts';
import type { Point } from '@huiquan/domain/place/region.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { currentPlan } from '../programme/load-plan.ts';

const sql = twin(import.meta.url);

/** A shop that takes the programme's vouchers, as everybody may know it. */
export type AcceptingShop = {
  readonly shopId: string;
  readonly name: string;
  readonly merchant: string;
  readonly address: string;
  readonly regionCode: string;
  readonly longitude: number | null;
  readonly latitude: number | null;
  /** Null for shops of the acceptance network, which take every kind. */
  readonly category: string | null;
  /** From the place asked from; 0 where none was told, 1e9 where the shop's is not known. */
  readonly distanceM: number;
};

const nowhere = '00000000-0000-0000-0000-000000000000';

/**
 * A page of the shops that take the programme's vouchers now: approved, or of the acceptance
 * network where the plan takes all of it; open, in the region, not barred. Nearest first to `near`.
 * @policy requirement W3, D1; SM23 六, XN23 二(七), SX20 一(二)
 */
export async function listAcceptingShops(
  tx: Tx,
  asked: {
    readonly programmeId: string;
    readonly category?: string | undefined;
    readonly near?: Point | undefined;
    readonly after?: { readonly distanceM: number; readonly shopId: string } | undefined;
    readonly limit: number;
  },
): Promise<readonly AcceptingShop[]> {
  const { programmeId, limit } = asked;
  const { plan } = await currentPlan(tx, programmeId);
  const { admission, region, conditions } = plan.merchants;
  return tx.rows<AcceptingShop>(sql('listAcceptingShops'), {
    programmeId,
    region: regionPrefix(region),
    isNetwork: admission === 'acceptance_network',
    isDishonestBarred: conditions.includes('not_on_dishonesty_list'),
    category: asked.category ?? null,
    longitude: asked.near?.longitude ?? null,
    latitude: asked.near?.latitude ?? null,
    afterDistance: asked.after?.distanceM ?? -1,
    afterId: asked.after?.shopId ?? nowhere,
    limit,
  });
}
