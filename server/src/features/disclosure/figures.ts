import { type Fen, yuanText } from '@huiquan/domain/fen.ts';
import { dayOf, type Instant, instant, instantText } from '@huiquan/domain/instant.ts';

/** Digits in groups of three. */
export function grouped(count: number | bigint): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** An amount in 元 with groups, cents only where there are any: 1,234 or 1,234.50. */
export function yuanShown(amount: Fen): string {
  const [whole = '0', cents = '00'] = yuanText(amount).split('.');
  const sign = whole.startsWith('-') ? '-' : '';
  const digits = grouped(BigInt(whole.replace('-', '')));
  return cents === '00' ? sign + digits : `${sign}${digits}.${cents}`;
}

/** An instant as people write it: 2023-09-01 10:00. */
export function instantShown(at: Instant): string {
  return instantText(at).slice(0, 16).replace('T', ' ');
}

/** An end as people say it: midnight is 24:00 of the day that ends with it. */
export function endShown(at: Instant): string {
  const text = instantShown(at);
  return text.endsWith(' 00:00') ? `${dayOf(instant(at - 1))} 24:00` : text;
}
