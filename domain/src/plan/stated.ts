import type { Resolution, Stated } from './schema-words.ts';

/** Whether the file resolves a contradiction or silence here, rather than just stating a value. */
export function isResolution<T>(value: Stated<T>): value is Resolution<T> {
  return typeof value === 'object' && value !== null && 'effective' in value && 'printed' in value;
}

/** The value that runs. */
export function effectiveOf<T>(value: Stated<T>): T {
  return isResolution(value) ? value.effective : value;
}

/** The value that runs, or undefined where the file says nothing at all. */
export function effectiveOrNone<T>(value: Stated<T> | undefined): T | undefined {
  return value === undefined ? undefined : effectiveOf(value);
}

/** What the document prints: several readings where it contradicts itself, none where silent. */
export function printedReadings<T>(value: Stated<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  if (!isResolution(value)) return [value];
  if (value.printed === null) return [];
  return Array.isArray(value.printed) ? value.printed : [value.printed];
}

/** Whether the document itself says nothing, be the gap filled by the organiser or not. */
export function isSilent<T>(value: Stated<T> | undefined): boolean {
  return printedReadings(value).length === 0;
}

/** Who filled the gap and with what reason, as the tail of a finding's sentence. */
export function resolutionNote<T>(value: Stated<T> | undefined): string {
  if (value === undefined || !isResolution(value)) return '';
  return `（${value.resolved_by}已定：${value.reason}）`;
}
