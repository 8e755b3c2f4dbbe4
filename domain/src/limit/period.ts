import { type Instant, zone } from '../instant.ts';

/** How often a limit starts anew. */
export type LimitPeriod = 'round' | 'day' | 'week' | 'month' | 'year' | 'programme';

/**
 * The name of the period that holds `at` in Asia/Shanghai: `2023-09-01`, `2023-W35` (ISO weeks,
 * Monday first), `2023-09`, `2023`; the round's id for a round; `-` for the whole programme. Two
 * instants share a limit exactly when their names are equal; 24:00 belongs to the next day.
 * Throws RangeError for a round without an id.
 */
export function periodName(period: LimitPeriod, at: Instant, roundId?: string): string {
  // The calendar is dear: thousands of claims a second ask for their round only.
  if (period === 'programme') return '-';
  if (period === 'round') {
    return roundId ?? fail('a limit per round needs the round');
  }
  const day = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  switch (period) {
    case 'day':
      return day.toString();
    case 'week':
      return `${day.yearOfWeek}-W${String(day.weekOfYear).padStart(2, '0')}`;
    case 'month':
      return day.toString().slice(0, 7);
    case 'year':
      return String(day.year);
  }
}

function fail(message: string): never {
  throw new RangeError(message);
}
