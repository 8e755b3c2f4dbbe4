/**
 * Writes domain/src/calendar/days.ts from the State Council's lists as npm chinese-days carries
 * them: `node tools/make-calendar.ts`, once a year, after the package has the next year's list.
 * Only exceptions are kept: weekdays that are off and weekend days that are worked.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

type YearFile = { readonly holidays: object; readonly workdays: object };

const target = new URL('../domain/src/calendar/days.ts', import.meta.url);
const folder = join(dirname(createRequire(import.meta.url).resolve('chinese-days')), 'years');
const files = readdirSync(folder).filter((name) => /^\d{4}\.json$/.test(name));
const years = files.map((name) => name.slice(0, 4)).toSorted();

const off = new Set<string>();
const worked = new Set<string>();
for (const year of years) {
  // A year's file also names days of its neighbours (2007-12-31), so days are gathered over all.
  const list: YearFile = JSON.parse(readFileSync(join(folder, `${year}.json`), 'utf8'));
  for (const day of Object.keys(list.holidays)) if (!isWeekend(day)) off.add(day);
  for (const day of Object.keys(list.workdays)) if (isWeekend(day)) worked.add(day);
}

const lines = years.map((year) => {
  const lists = [`off: ${daysOf(year, off)}`, `worked: ${daysOf(year, worked)}`];
  const entry = `${year}: {\n    ${lists.join(',\n    ')},\n  }`;
  return `  ${entry},`;
});
writeFileSync(
  target,
  `/** The exceptions of one year as MMDD: weekdays that are off, weekend days that are worked. */
export type CalendarYear = { readonly off: string; readonly worked: string };

/**
 * 国务院办公厅 holiday lists, ${years[0]}–${years.at(-1)}. Made by tools/make-calendar.ts; not edited by
 * hand.
 */
export const calendarYears: Readonly<Record<number, CalendarYear>> = {
${lines.join('\n')}
};
`,
);

function isWeekend(day: string): boolean {
  return Temporal.PlainDate.from(day).dayOfWeek > 5;
}

function daysOf(year: string, days: ReadonlySet<string>): string {
  const found = [...days].filter((day) => day.startsWith(year)).toSorted();
  const short = found.map((day) => day.slice(5).replace('-', ''));
  const halves = [short.slice(0, 12), short.slice(12)].filter((half) => half.length > 0);
  return halves.map((half) => `'${half.join(' ')}'`).join(` +\n      ' ' +\n      `);
}
