import type { PlanMerchants } from '../plan/effective-plan.ts';

/** Why a shop cannot take a voucher; a till shows it in words for the cashier. */
export type AcceptanceBar =
  | 'terminal_not_bound'
  | 'cashier_not_of_shop'
  | 'shop_closed'
  | 'merchant_suspended'
  | 'merchant_disqualified'
  | 'dishonest_listed'
  | 'not_admitted'
  | 'under_review'
  | 'other_region'
  | 'category';

/** A merchant and its shop as they stand towards one programme. */
export type Acceptor = {
  readonly shopRegion: string;
  readonly merchantRegion: string;
  readonly isDishonest: boolean;
  readonly hasAcceptanceMark: boolean;
  /** Its application to the programme; null where there is none. */
  readonly admission: 'applied' | 'approved' | 'rejected' | 'suspended' | 'disqualified' | null;
};

/**
 * The beginning that all codes of places within `regionCode` share (GB/T 2260): 140000 is the
 * province 14, 141000 the city 1410, 141029 a county.
 */
export function regionPrefix(regionCode: string): string {
  return regionCode.length === 6 ? regionCode.replace(/(?:00){1,2}$/, '') : regionCode;
}

/** Whether `code` is `region` or lies within it. */
export function isWithinRegion(code: string, region: string): boolean {
  return code.startsWith(regionPrefix(region));
}

const byAdmission = {
  applied: 'under_review',
  approved: undefined,
  rejected: 'not_admitted',
  suspended: 'merchant_suspended',
  disqualified: 'merchant_disqualified',
} as const satisfies Record<NonNullable<Acceptor['admission']>, AcceptanceBar | undefined>;

/**
 * Why `acceptor` may not take vouchers of a programme with the conditions `merchants`, or
 * undefined: a shop of another region, a merchant on the dishonesty list where the plan bars it,
 * and one that is not approved. Where the plan takes the whole acceptance network, a merchant with
 * its mark needs no application.
 * @policy XN23 二(七), SM23 六, SX20 一(二)5; inv-26
 */
export function acceptanceBar(
  merchants: PlanMerchants,
  acceptor: Acceptor,
): AcceptanceBar | undefined {
  const { conditions, region } = merchants;
  if (conditions.includes('not_on_dishonesty_list') && acceptor.isDishonest) {
    return 'dishonest_listed';
  }
  if (!isWithinRegion(acceptor.shopRegion, region)) return 'other_region';
  const isRegistered = isWithinRegion(acceptor.merchantRegion, region);
  if (conditions.includes('registered_in_region') && !isRegistered) return 'other_region';
  if (acceptor.admission !== null) return byAdmission[acceptor.admission];
  const isNetwork = merchants.admission === 'acceptance_network';
  return isNetwork && acceptor.hasAcceptanceMark ? undefined : 'not_admitted';
}
