import { addDays } from '../instant.ts';
import { isDay } from './moments.ts';
import type { PlanFile } from './plan.ts';

/** Texts of the file that name a document of the real world keep their date. */
const fixedKeys = new Set(['document', 'reason', 'note']);

const dayOrMoment = /^(\d{4}-\d{2}-\d{2})( (?:[01]\d|2[0-3]):[0-5]\d| 24:00)?$/;

/**
 * The same plan `weeks` whole weeks later (earlier, if negative): every day and moment of the file
 * moves, so Fridays stay Fridays and the clock stays. The document's own dates do not move.
 */
export function shiftPlan(file: PlanFile, weeks: number): PlanFile {
  if (!Number.isSafeInteger(weeks)) throw new RangeError(`not a whole number of weeks: ${weeks}`);
  const { document, ...rest } = file;
  return { document, ...shiftEach(rest, weeks * 7) };
}

function shiftEach<T extends object>(value: T, days: number): T {
  const copy = structuredClone(value);
  shiftInside(copy, days);
  return copy;
}

function shiftInside(place: object, days: number): void {
  for (const [key, item] of Object.entries(place)) {
    if (fixedKeys.has(key)) continue;
    if (typeof item === 'string') Reflect.set(place, key, shiftText(item, days));
    else if (typeof item === 'object' && item !== null) shiftInside(item, days);
  }
}

function shiftText(text: string, days: number): string {
  const match = dayOrMoment.exec(text);
  const day = match?.[1];
  if (day === undefined || !isDay(day)) return text;
  return addDays(day, days) + (match?.[2] ?? '');
}
