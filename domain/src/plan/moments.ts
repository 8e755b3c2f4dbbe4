import {
  addDays,
  atTime,
  dayOf,
  endOfDay,
  type Instant,
  instant,
  instantText,
  startOfDay,
} from '../instant.ts';
import type { CalendarFile, RoundEndFile } from './schema-acts.ts';
import type { WeekdayName } from './schema-words.ts';

/** Monday first, as ISO counts weekdays. */
export const weekdays: readonly WeekdayName[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];

/** Most rounds one calendar may open. */
export const roundsMax = 400;

const weekMilliseconds = 7 * 86_400_000;

/** Whether `day` (`YYYY-MM-DD`) is in the calendar. */
export function isDay(day: string): boolean {
  try {
    return Temporal.PlainDate.from(day, { overflow: 'reject' }).toString() === day;
  } catch {
    return false;
  }
}

/** The weekday of `day`, 0 for Monday. */
export function weekdayOf(day: string): number {
  return Temporal.PlainDate.from(day).dayOfWeek - 1;
}

/** The instant of `2020-06-30 24:00`; a bare day means its end where a text says "until". */
export function untilInstant(text: string): Instant {
  const [day = '', time] = text.split(' ');
  return time === undefined ? endOfDay(day) : atTime(day, time);
}

/** `HH:MM` on the weekday of the week that is `weeksAfter` ISO weeks after the week of `day`. */
export function weekdayAfter(
  day: string,
  rule: { readonly weeksAfter: number; readonly weekday: WeekdayName; readonly time: string },
): Instant {
  const monday = addDays(day, -weekdayOf(day));
  return atTime(addDays(monday, rule.weeksAfter * 7 + weekdays.indexOf(rule.weekday)), rule.time);
}

/**
 * The instants at which the rounds of `calendar` open, in order; at most `roundsMax`.
 * @policy XN23 三(二): fifteen Fridays at 10:00
 */
export function roundMoments(calendar: CalendarFile): readonly Instant[] {
  if ('moments' in calendar) {
    return calendar.moments.map(untilInstant).toSorted((a, b) => a - b);
  }
  const skipped = new Set(calendar.skip ?? []);
  const opening: Instant[] = [];
  const offset = (weekdays.indexOf(calendar.weekday) - weekdayOf(calendar.from) + 7) % 7;
  let day = addDays(calendar.from, offset);
  while (day <= calendar.to && opening.length < roundsMax) {
    if (!skipped.has(day)) opening.push(atTime(day, calendar.time));
    day = addDays(day, 7 * (calendar.every_weeks ?? 1));
  }
  return opening;
}

/** When the round that opened at `opensAt` closes; the end of its day where nothing is said. */
export function roundClose(opensAt: Instant, day: string, end: RoundEndFile | undefined): Instant {
  if (end === undefined) return endOfDay(day);
  if ('minutes' in end) return instant(opensAt + end.minutes * 60_000);
  return atTime(day, end.time);
}

/** `days` × 24 hours after `from`. */
export function daysAfter(from: Instant, days: number): Instant {
  return instant(from + (days * weekMilliseconds) / 7);
}

/** `at` in the words of a finding: `2023年9月7日23:00`; midnight is 24:00 of the day before. */
export function momentInWords(at: Instant): string {
  const midnight = at === startOfDay(dayOf(at));
  const [year, month, day] = dayOf(midnight ? instant(at - 1) : at).split('-');
  const clock = midnight ? '24:00' : instantText(at).slice(11, 16);
  return `${year}年${Number(month)}月${Number(day)}日${clock}`;
}

/** A length of time in the words of a finding: `6天13小时`. */
export function lengthInWords(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  const parts = [
    [Math.floor(minutes / 1440), '天'],
    [Math.floor((minutes % 1440) / 60), '小时'],
    [minutes % 60, '分钟'],
  ] as const;
  const text = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`);
  return text.length === 0 ? '0分钟' : text.join('');
}
