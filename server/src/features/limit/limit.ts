import { uuidPattern } from '@huiquan/domain/ids.ts';
import { clauseOfLimit, type LimitCounter } from '@huiquan/domain/limit/counters.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { linesOf } from '../../db/lines.ts';
import { shortKey } from '../../db/short-key.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { wavesOf } from '../../db/waves.ts';

const sql = twin(import.meta.url);

type CounterKey = Pick<LimitCounter, 'limitKey' | 'entityKind' | 'entityId' | 'period'>;

// Keys and periods hold no spaces, and entities are ids: the name is the key's own.
const nameOf = (key: CounterKey) =>
  `${key.entityKind} ${key.entityId} ${key.period} ${key.limitKey}`;

const uuid = new RegExp(uuidPattern);

/** As the row names an entity: by its id, or by the short key of what is none (a device). */
const entityKey = ({ entityId }: CounterKey) =>
  uuid.test(entityId) ? entityId : shortKey(entityId);

function columns(counters: readonly LimitCounter[]) {
  return {
    limitKeys: counters.map((one) => one.limitKey),
    entityKinds: counters.map((one) => one.entityKind),
    entityIds: counters.map(entityKey),
    periods: counters.map((one) => one.period),
    amounts: counters.map((one) => one.amount),
    maxima: counters.map((one) => one.max),
  };
}

type Named = ReadonlyMap<string, LimitCounter>;

/** One item's counters, each named once: a pack may move the same counter for several kinds. */
function merged(counters: readonly LimitCounter[]): Named {
  const sums = new Map<string, LimitCounter>();
  for (const counter of counters) {
    const name = nameOf(counter);
    const before = sums.get(name);
    sums.set(
      name,
      before === undefined ? counter : { ...counter, amount: before.amount + counter.amount },
    );
  }
  return sums;
}

type Item = { readonly index: number; readonly counters: Named };

/**
 * Items of one wave move no counter together: one statement may touch a row only once. Where there
 * is but one wave, each item is judged for itself, whoever comes first.
 */
export type LimitWaves = readonly (readonly Item[])[];

/** The waves in which the counters of `items` are taken. */
export function limitWaves(items: readonly (readonly LimitCounter[])[]): LimitWaves {
  const all = items.map((list, index): Item => ({ index, counters: merged(list) }));
  return wavesOf(all, (item) => [...item.counters.keys()]);
}

/** The counters of `wanted` for the statement: what many share stands once, by its line. */
function sharedColumns(wanted: readonly LimitCounter[]) {
  const { lines, lineOf } = linesOf(
    wanted,
    (one) => `${one.limitKey} ${one.period} ${one.entityKind} ${one.amount} ${one.max}`,
  );
  return { ...columns(lines), lines: lineOf, entityIds: wanted.map(entityKey) };
}

type Taken = {
  readonly count: number;
  readonly entityIds: readonly string[] | null;
  readonly limitPeriodIds: readonly number[] | null;
};

/** Takes each of `wanted` that has room; answers those that had none. */
async function takeCounters(tx: Tx, wanted: readonly LimitCounter[]): Promise<Set<LimitCounter>> {
  const values = sharedColumns(wanted);
  const [, taken] = await Promise.all([
    tx.execute(sql('nameLimitPeriods'), values),
    tx.one<Taken>(sql('takeCounters'), { ...values, wanted: wanted.length }),
  ]);
  if (taken.count === wanted.length) return new Set();
  const { entityIds, limitPeriodIds } = taken;
  const has = new Set(entityIds?.map((id, index) => `${id} ${limitPeriodIds?.[index]}`));
  type Line = { readonly line: number; readonly limitPeriodId: number };
  const rows = await tx.rows<Line>(sql('limitPeriodIds'), values);
  const periodIds = new Map(rows.map(({ line, limitPeriodId }) => [line, limitPeriodId]));
  const isLeft = (_: LimitCounter, index: number) =>
    !has.has(`${values.entityIds[index]} ${periodIds.get(values.lines[index] ?? 0)}`);
  return new Set(wanted.filter(isLeft));
}

/**
 * Takes, for each item of a group, all its counters or none; answers in the items' order undefined
 * where all were taken, else the counter that stood at its limit. Earlier items come first. Locks
 * the counters in key order until the transaction ends.
 */
export async function takeLimits(
  tx: Tx,
  items: readonly (readonly LimitCounter[])[],
  waves: LimitWaves = limitWaves(items),
): Promise<(LimitCounter | undefined)[]> {
  const full: (LimitCounter | undefined)[] = items.map(() => undefined);
  for (const wave of waves) {
    const wanted = wave.flatMap((item) => [...item.counters.values()]);
    if (wanted.length === 0) continue;
    const left = await takeCounters(tx, wanted);
    if (left.size === 0) continue;
    const back: LimitCounter[] = [];
    for (const { index, counters } of wave) {
      const own = [...counters.values()];
      const missing = own.find((one) => left.has(one));
      if (missing === undefined) continue;
      full[index] = missing;
      back.push(...own.filter((one) => !left.has(one)));
    }
    await giveBackLimits(tx, back);
  }
  return full;
}

/** Gives counters back: a recalled or undone act no longer counts. Locks as `takeLimits`. */
export async function giveBackLimits(tx: Tx, counters: readonly LimitCounter[]): Promise<void> {
  if (counters.length > 0) await tx.execute(sql('giveBackCounters'), columns(counters));
}

/**
 * Which of `items` would be refused if taken now, each judged alone; takes nothing. For dry runs:
 * the answer may be old by the time of the act.
 */
export async function peekLimits(
  tx: Tx,
  items: readonly (readonly LimitCounter[])[],
): Promise<(LimitCounter | undefined)[]> {
  const all = items.flat();
  if (all.length === 0) return items.map(() => undefined);
  const rows = await tx.rows<{ n: number; used: bigint }>(sql('readCounters'), columns(all));
  const stands = new Map(rows.map((row) => [row.n, row.used]));
  const used = new Map(all.map((one, index) => [nameOf(one), stands.get(index + 1) ?? 0n]));
  return items.map((counters) =>
    [...merged(counters).values()].find(
      (one) => (used.get(nameOf(one)) ?? 0n) + one.amount > one.max,
    ),
  );
}

/** The refusal for a counter that stood at its limit: a cap names its clause. */
export function limitRefusal(counter: LimitCounter): Refusal {
  const clause = clauseOfLimit(counter.limitKey);
  const details = { period: counter.period, max: counter.max };
  return clause === undefined
    ? new Refusal('limit_reached', details)
    : new Refusal('cap_exceeded', { ...details, clause });
}
