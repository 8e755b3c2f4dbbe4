import { addDays, atTime, dayOf, type Instant, instant } from '../instant.ts';
import type { PlanKind, PlanValidity } from './effective-plan.ts';
import { daysAfter, untilInstant, weekdayAfter } from './moments.ts';
import type { ValidityFile } from './schema-money.ts';

/** When a voucher may be used: [validFrom, validTo). */
export type ValidityWindow = { readonly validFrom: Instant; readonly validTo: Instant };

/**
 * The rule a file writes, with the programme's end filled in. A rule that leaves the date to the
 * voucher itself runs to the programme's end.
 */
export function validityRule(file: ValidityFile | undefined, redeemUntil: Instant): PlanValidity {
  if (file === undefined || 'shown_on_voucher' in file) {
    return { type: 'fixed', from: undefined, to: redeemUntil };
  }
  if ('days' in file) return { type: 'days', days: file.days, time: file.time };
  if ('weekday' in file) {
    const { weeks_after: weeksAfter, weekday, time } = file;
    return { type: 'weekday', weeksAfter, weekday, time };
  }
  const from = file.from === undefined ? undefined : untilInstant(file.from);
  return { type: 'fixed', from, to: 'until' in file ? untilInstant(file.until) : redeemUntil };
}

/** When a voucher issued at `issuedAt` under `rule` ends: the first instant it is not accepted. */
export function validityEnd(rule: PlanValidity, issuedAt: Instant): Instant {
  switch (rule.type) {
    case 'fixed':
      return rule.to;
    case 'days':
      return rule.time === undefined
        ? daysAfter(issuedAt, rule.days)
        : atTime(addDays(dayOf(issuedAt), rule.days - 1), rule.time);
    case 'weekday':
      return weekdayAfter(dayOf(issuedAt), rule);
  }
}

/**
 * The window of a voucher of `kind` issued at `issuedAt`, cut at the plan's last moment of use. A
 * voucher of Friday 10:00 that ends "next Thursday 23:00" lives 6 days 13 hours.
 * @policy XN23 三(二), SX20 一(三), SM23 七(三); inv-25
 */
export function validityOf(
  plan: { readonly kinds: readonly PlanKind[]; readonly redeemUntil: Instant },
  kindId: string,
  issuedAt: Instant,
): ValidityWindow {
  const kind = plan.kinds.find((one) => one.id === kindId);
  if (kind === undefined) throw new RangeError(`no such voucher kind in the plan: ${kindId}`);
  const rule = kind.validity;
  const starts = rule.type === 'fixed' && rule.from !== undefined ? rule.from : issuedAt;
  return {
    validFrom: instant(Math.max(starts, issuedAt)),
    validTo: instant(Math.min(validityEnd(rule, issuedAt), plan.redeemUntil)),
  };
}
