const dayMs = 86_400_000;
const shanghaiMs = 8 * 3_600_000;

/** Noon of a calendar day in the zone, epoch milliseconds. */
const noonOf = (day: string) => Date.parse(`${day}T12:00:00+08:00`);

/** The day of the week, 0 is Monday. */
const weekdayOf = (day: string) => (Math.floor((noonOf(day) + shanghaiMs) / dayMs) + 3) % 7;

const two = (value: number) => String(value).padStart(2, '0');

function daysIn(month: string): number {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (number === 2) return isLeap ? 29 : 28;
  return [4, 6, 9, 11].includes(number) ? 30 : 31;
}

/** The weeks of a month (`2023-09`), Monday first; days of its neighbours are undefined. */
export function weeksOf(month: string): readonly (readonly (string | undefined)[])[] {
  const days = Array.from({ length: daysIn(month) }, (_, index) => `${month}-${two(index + 1)}`);
  const before = Array.from({ length: weekdayOf(`${month}-01`) }, () => undefined);
  const cells = [...before, ...days];
  const count = Math.ceil(cells.length / 7);
  return Array.from({ length: count }, (_, week) =>
    Array.from({ length: 7 }, (_each, place) => cells[week * 7 + place]),
  );
}

/** The month that is `step` months from one: `2023-12` and 1 is `2024-01`. */
export function monthFrom(month: string, step: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const months = year * 12 + number - 1 + step;
  return `${Math.floor(months / 12)}-${two((months % 12) + 1)}`;
}
