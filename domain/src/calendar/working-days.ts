import { refuse } from '../refusals.ts';
import { calendarYears } from './days.ts';
import type { CalendarYear } from './days.ts';

/** The longest span in working days that a programme may ask for: about four years. */
export const workingDaysMax = 1000;

/**
 * Whether `day` (`YYYY-MM-DD`) is worked in China, 调休 included: Sunday 2023-10-08 is, Friday
 * 2023-09-29 is not. Throws RangeError for no such day.
 * Refuses `calendar_year_missing` for a year whose holidays are not published here: a guess would
 * move the day on which money must be back.
 */
export function isWorkingDay(day: string): boolean {
  return isWorked(Temporal.PlainDate.from(day));
}

/**
 * The `count`-th working day after `day`, which itself does not count, worked or not: ten working
 * days after 2023-05-31 is 2023-06-14. Zero gives `day`. Throws RangeError unless `count` is an
 * integer from 0 to 1000; refuses `calendar_year_missing`.
 * @policy SX20 结余资金退回
 */
export function addWorkingDays(day: string, count: number): string {
  if (!Number.isInteger(count) || count < 0 || count > workingDaysMax) {
    throw new RangeError(`not a number of working days: ${count}`);
  }
  let date = Temporal.PlainDate.from(day);
  for (let left = count; left > 0;) {
    date = date.add({ days: 1 });
    if (isWorked(date)) left -= 1;
  }
  return date.toString();
}

/**
 * How many working days lie after `from` up to and including `to`; zero when `to` is not later.
 * Throws RangeError for spans over ten years; refuses `calendar_year_missing`.
 */
export function workingDaysBetween(from: string, to: string): number {
  const end = Temporal.PlainDate.from(to);
  let date = Temporal.PlainDate.from(from);
  if (end.year - date.year > 10) throw new RangeError(`span too long: ${from} to ${to}`);
  let count = 0;
  while (Temporal.PlainDate.compare(date, end) < 0) {
    date = date.add({ days: 1 });
    if (isWorked(date)) count += 1;
  }
  return count;
}

/** Whether the working days of `year` are known. */
export function hasCalendar(year: number): boolean {
  return calendarYears[year] !== undefined;
}

type Days = { readonly off: ReadonlySet<string>; readonly worked: ReadonlySet<string> };
const parsed = new Map<number, Days>();

function isWorked(date: Temporal.PlainDate): boolean {
  const { off, worked } = daysOf(date.year);
  const monthDay = date.toString().slice(5).replace('-', '');
  return date.dayOfWeek > 5 ? worked.has(monthDay) : !off.has(monthDay);
}

function daysOf(year: number): Days {
  const known = parsed.get(year);
  if (known !== undefined) return known;
  const entry: CalendarYear | undefined = calendarYears[year];
  if (entry === undefined) refuse('calendar_year_missing', { year });
  const days = { off: new Set(entry.off.split(' ')), worked: new Set(entry.worked.split(' ')) };
  parsed.set(year, days);
  return days;
}
