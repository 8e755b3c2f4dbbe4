import { yuanText } from '@huiquan/domain/fen.ts';

const zone = 'Asia/Shanghai';
const dateTime = new Intl.DateTimeFormat('zh-CN', {
  timeZone: zone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const grouped = new Intl.NumberFormat('zh-CN');

/** An amount of 分 as yuan text without a sign: 4000 is "40", 4050 is "40.50". */
export function yuanOf(fen: number): string {
  const text = yuanText(BigInt(fen));
  const [whole = '0', cents] = text.split('.');
  const spaced = whole.startsWith('-')
    ? `-${grouped.format(BigInt(whole.slice(1)))}`
    : grouped.format(BigInt(whole));
  return cents === undefined || cents === '00' ? spaced : `${spaced}.${cents}`;
}

/** A count with separators. */
export function countOf(count: number): string {
  return grouped.format(count);
}

const millisecondsOf = (at: string | number) => (typeof at === 'string' ? Date.parse(at) : at);

function partsOf(at: string | number) {
  const parts = dateTime.formatToParts(millisecondsOf(at));
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const [year, month, day] = [part('year'), part('month'), part('day')];
  return { day: `${year}-${month}-${day}`, clock: `${part('hour')}:${part('minute')}` };
}

/** An instant in words of the zone: 2023-09-07 23:00. */
export function instantOf(at: string | number): string {
  const { day, clock } = partsOf(at);
  return `${day} ${clock}`;
}

/** From one instant to another, of one day said once: 2023-09-01 10:00 – 22:00. */
export function spanOf(from: string, until: string): string {
  const [start, end] = [instantOf(from), endOf(until)];
  const day = start.slice(0, 11);
  return `${start} – ${end.startsWith(day) ? end.slice(11) : end}`;
}

/** The time of day of an instant: 23:00. */
export function clockOf(at: string | number): string {
  return partsOf(at).clock;
}

/** The calendar day of an instant: 2023-09-07. */
export function dayOf(at: string | number): string {
  return partsOf(at).day;
}

/**
 * The end of a validity as people say it: the last instant of a day is that day's 24:00, never the
 * next day's 00:00.
 */
export function endOf(at: string): string {
  const { day, clock } = partsOf(at);
  if (clock !== '00:00') return `${day} ${clock}`;
  return `${dayOf(Date.parse(at) - 1)} 24:00`;
}

/** A share as a percentage with one decimal: 0.828 is "82.8%". */
export function percentOf(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
