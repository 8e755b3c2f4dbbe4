import { inWords } from './changes.ts';
import { fieldName } from './field-names.ts';
import { type Finding, finding } from './findings.ts';
import type { PlanFile } from './plan.ts';

type Found = {
  readonly pointer: string;
  readonly clause: string | undefined;
  readonly printed: unknown;
  readonly effective: unknown;
  readonly resolvedBy: string;
  readonly reason: string;
};

/** Contradictions with a check of their own; they are not reported twice. */
const checkedElsewhere = /\/(?:validity|card_payment)$/;

/** Each value the organiser had to settle, and each wording conflict nothing else reports. */
export function checkResolutions(file: PlanFile): readonly Finding[] {
  return [...resolutionsOf(file, '')].flatMap((found) => {
    const { pointer, clause } = found;
    const say = speaker(file, pointer);
    const [printed, effective] = [say(found.printed), say(found.effective)];
    const figures = { printed, effective, resolved_by: found.resolvedBy };
    const message = `原文：${printed}；现按：${effective}（${found.resolvedBy}：${found.reason}）`;
    const resolved = finding('value_resolved', { clause, message, figures, pointer });
    if (!conflicts(found) || checkedElsewhere.test(pointer)) return [resolved];
    const said = `同一事项前后说法不一，${message}`;
    return [finding('wording_conflict', { clause, message: said, figures, pointer }), resolved];
  });
}

function* resolutionsOf(value: unknown, pointer: string): Generator<Found> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* resolutionsOf(item, `${pointer}/${index}`);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if ('printed' in value && 'effective' in value) {
    yield {
      pointer,
      clause: 'clause' in value && typeof value.clause === 'string' ? value.clause : undefined,
      printed: value.printed,
      effective: value.effective,
      resolvedBy: 'resolved_by' in value ? String(value.resolved_by) : '',
      reason: 'reason' in value ? String(value.reason) : '',
    };
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key !== 'amendments') yield* resolutionsOf(item, `${pointer}/${key}`);
  }
}

/** A list of readings says several things; a value that is itself a list is one reading. */
function conflicts({ printed, effective }: Found): boolean {
  if (!Array.isArray(printed) || Array.isArray(effective)) return false;
  return new Set(printed.map((reading) => JSON.stringify(reading))).size > 1;
}

/** Says a value of the field at `pointer` in words: of several readings one after the other. */
function speaker(file: PlanFile, pointer: string): (value: unknown) => string {
  const steps = pointer.split('/').filter((step) => !/^\d*$/.test(step));
  const [parent = '', field = parent] = steps.slice(-2);
  const kinds = new Map(file.kinds.map((one) => [one.id, one.name]));
  const parties = new Map(file.parties.map((one) => [one.id, one.name]));
  const say = (value: unknown): string => {
    if (Array.isArray(value)) return value.map(quoted).join('；');
    if (typeof value === 'string') return parties.get(value) ?? inWords(value, field);
    if (typeof value === 'boolean') {
      return `${fieldName(field, parent) ?? field}：${inWords(value, field)}`;
    }
    if (typeof value !== 'object' || value === null) return inWords(value, field);
    const named = Object.entries(value).map(([key, one]) => [kinds.get(key) ?? key, one] as const);
    return named.length === 0 ? '无' : inWords(Object.fromEntries(named), field);
  };
  // What has parts of its own is told apart from the next reading.
  const quoted = (value: unknown) =>
    typeof value === 'object' && value !== null ? `“${say(value)}”` : say(value);
  return say;
}
