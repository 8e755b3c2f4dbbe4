/** A point in time: whole milliseconds since 1970-01-01T00:00Z. */
export type Instant = number & { readonly [instantBrand]: true };
declare const instantBrand: unique symbol;

/** The one zone of every programme; the documents' hours are read in it. */
export const zone = 'Asia/Shanghai';

/** The instant `milliseconds` after the epoch. Throws RangeError for anything but an integer. */
export function instant(milliseconds: number): Instant {
  if (!Number.isSafeInteger(milliseconds)) throw new RangeError(`not an instant: ${milliseconds}`);
  return milliseconds as Instant;
}

/** As written here, of a day that every month has. */
const ownText = new RegExp(
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])/.source +
    /T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?\+08:00$/.source,
);

/**
 * Reads ISO text with an offset (`2023-09-01T10:00:00+08:00`). `T24:00` is the first instant of the
 * next day. Answers undefined for text without offset or for a day that does not exist.
 */
export function instantFromText(text: string): Instant | undefined {
  // Most texts are, and each answer with an instant is read once more: the calendar need not be
  // asked.
  if (ownText.test(text)) return Date.parse(text) as Instant;
  const midnight = /^(\d{4}-\d{2}-\d{2})T24:00(?::00(?:\.0+)?)?(Z|[+-]\d{2}:\d{2})$/.exec(text);
  const plain = midnight ? `${midnight[1]}T00:00:00${midnight[2]}` : text;
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/.test(plain)) {
    return undefined;
  }
  try {
    const parsed = Temporal.Instant.from(plain);
    return instant(parsed.epochMilliseconds + (midnight ? 86_400_000 : 0));
  } catch {
    return undefined;
  }
}

/** From 1992 on the zone has no summer time; until the year 9999 ISO text has four digits. */
const plainFrom = Date.parse('1992-01-01T00:00:00+08:00');
const plainUntil = Date.parse('9999-12-31T00:00:00+08:00');
const zoneOffsetMs = 28_800_000;

/** `at` as ISO text in Asia/Shanghai with its offset: `2023-09-01T10:00:00+08:00`. */
export function instantText(at: Instant): string {
  if (at >= plainFrom && at < plainUntil) {
    // Half of the calendar's time: every claim writes four of them.
    const shown = new Date(at + zoneOffsetMs).toISOString();
    return `${shown.slice(0, at % 1000 === 0 ? 19 : 23)}+08:00`;
  }
  return Temporal.Instant.fromEpochMilliseconds(at).toString({
    timeZone: zone,
    smallestUnit: at % 1000 === 0 ? 'second' : 'millisecond',
  });
}

/** The calendar day in Asia/Shanghai that holds `at`: `YYYY-MM-DD`. */
export function dayOf(at: Instant): string {
  return Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString();
}

/**
 * The first instant of `day` (`YYYY-MM-DD`) in Asia/Shanghai. Throws RangeError for no such day.
 */
export function startOfDay(day: string): Instant {
  return instant(Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds);
}

/** The first instant after `day`: what the documents call 24:00 of that day. */
export function endOfDay(day: string): Instant {
  return startOfDay(addDays(day, 1));
}

/** The day `days` after `day` (before it, if negative). */
export function addDays(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** The instant of the wall clock `time` (`HH:MM`, 24:00 allowed) on `day` in Asia/Shanghai. */
export function atTime(day: string, time: string): Instant {
  if (time === '24:00') return endOfDay(day);
  const clock = Temporal.PlainTime.from(time);
  return instant(
    Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone, plainTime: clock })
      .epochMilliseconds,
  );
}
