import { refuse } from '../refusals.ts';
import type { PlanFile } from './plan.ts';

type Container = Record<string, unknown> | unknown[];

/**
 * The file as it reads after its first `count` amendments (all of them by default), without those
 * amendments: each change replaces the value its pointer names. The result must be checked against
 * the schema again. Refuses `plan_invalid` for a pointer that leads nowhere.
 * @policy SX25 末段: the later document wins; SX20E: 6-30 → 7-10
 */
export function amendedPlanFile(file: PlanFile, count = file.amendments?.length ?? 0): unknown {
  const { amendments = [], ...rest } = file;
  const amended: Record<string, unknown> = structuredClone(rest);
  for (const amendment of amendments.slice(0, count)) {
    for (const change of amendment.changes) replaceAt(amended, change.pointer, change.to);
  }
  const left = amendments.slice(count);
  return left.length === 0 ? amended : { ...amended, amendments: structuredClone(left) };
}

function replaceAt(root: Container, pointer: string, to: unknown): void {
  const path = pointer.slice(1).split('/');
  const last = path.pop() ?? '';
  let place: Container = root;
  for (const step of path) {
    const next: unknown = Reflect.get(place, ownKey(place, step, pointer));
    if (!isContainer(next)) refuse('plan_invalid', { pointer });
    place = next;
  }
  // a new key may be added to an object; lists keep their length
  const key = Array.isArray(place) ? ownKey(place, last, pointer) : last;
  if (key === '__proto__') refuse('plan_invalid', { pointer });
  Reflect.set(place, key, structuredClone(to));
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function ownKey(place: Container, step: string, pointer: string): string {
  const own = Object.hasOwn(place, step) && !(Array.isArray(place) && step === 'length');
  return own ? step : refuse('plan_invalid', { pointer });
}
