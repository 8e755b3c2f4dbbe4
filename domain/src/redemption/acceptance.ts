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

/** What the cashier is told, and what to do next. */
export const acceptanceBarText: Readonly<Record<AcceptanceBar, string>> = {
  terminal_not_bound: '本机未绑定门店，请联系店主',
  cashier_not_of_shop: '您不是本店的收银员，请联系店主',
  shop_closed: '本店已停用，不能受理消费券',
  merchant_suspended: '本商户已被暂停受理消费券，请联系主管部门',
  merchant_disqualified: '本商户已被取消活动资格，不能受理消费券',
  dishonest_listed: '本商户在失信名单内，不能受理消费券',
  not_admitted: '本商户未参加此项活动，请改用其他券',
  under_review: '本商户资料正在审核，暂不能受理消费券',
  other_region: '本店不在活动地区内，不能受理此券',
  category: '本店类别不能受理此券，请顾客换一张',
};

/** Whether `reason` is one of the bars a till has words for. */
export function isAcceptanceBar(reason: unknown): reason is AcceptanceBar {
  return typeof reason === 'string' && Object.hasOwn(acceptanceBarText, reason);
}
