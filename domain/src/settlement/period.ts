/** How a statement adds up its days. */
export type Period = 'day' | 'week' | 'month';

/**
 * The period that holds `day` (`YYYY-MM-DD`): the day itself, the week by its first and last day
 * (Monday to Sunday), or the month (`YYYY-MM`). Sorts by time. Throws RangeError for no such day.
 */
export function periodOf(day: string, by: Period): string {
  const date = Temporal.PlainDate.from(day);
  switch (by) {
    case 'day':
      return date.toString();
    case 'week': {
      const monday = date.subtract({ days: date.dayOfWeek - 1 });
      return `${monday.toString()}~${monday.add({ days: 6 }).toString()}`;
    }
    case 'month':
      return date.toPlainYearMonth().toString();
  }
}
