import { Refusal, type RefusalCode } from '@huiquan/domain/refusals.ts';

/** How many items ride together, and how many may wait. */
export type GroupRules = {
  /** Items of one group at most: with 500 the commit's wait for the disk is 1/500 of an item. */
  readonly itemsMax: number;
  /** Groups of one command under way at a time; each that waits gathers more items meanwhile. */
  readonly inFlightMax: number;
  /** Beyond this the next item is refused `busy`: at 10,000/s the last one has waited 2 s. */
  readonly waitingMax: number;
  /** Transactions that the bisection of one group may take: six poisoned items of 512. */
  readonly transactionsMax: number;
};

/** The rules that served 2 cores best; see decisions/016-group-commit.md. */
export const groupRules: GroupRules = {
  itemsMax: 512,
  inFlightMax: 1,
  waitingMax: 20_000,
  transactionsMax: 128,
};

/** What became of one item: what it gets, or what is thrown to it. */
export type Settled<Result> = { readonly result: Result } | { readonly error: unknown };

/** What a group does with its items. */
export type GroupWork<Item, Result> = {
  /** One transaction for all of `items`; answers in their order. */
  readonly run: (items: readonly Item[]) => Promise<readonly Settled<Result>[]>;
  /** Items with the same name are never in flight together: the second waits for the first. */
  readonly nameOf?: (item: Item) => string;
};

/** Where single requests wait to ride together. */
export type Group<Item, Result> = {
  /** Settles with the item's own outcome. Refuses `busy` at once where too many wait. */
  readonly submit: (item: Item) => Promise<Result>;
};

type Waiting<Item, Result> = {
  readonly item: Item;
  readonly name: string | undefined;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

// Said of the database, not of an item: asking in halves would only ask more often.
const concernsAll: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'busy',
  'outcome_unknown',
  'storage_unavailable',
]);
const retryAfterSeconds = 1;

/**
 * Runs `items`; where the group fails, its halves, so that a poisoned item fails alone: one of 512
 * costs 19 transactions. Past `transactionsMax` what is left is refused `busy`.
 */
async function runOrBisect<Item, Result>(
  work: GroupWork<Item, Result>,
  items: readonly Item[],
  budget: { left: number },
): Promise<readonly Settled<Result>[]> {
  if (budget.left <= 0) {
    const error = new Refusal('busy', { retryAfterSeconds });
    return items.map(() => ({ error }));
  }
  budget.left -= 1;
  try {
    return await work.run(items);
  } catch (error) {
    const isForAll = error instanceof Refusal && concernsAll.has(error.code);
    if (items.length === 1 || isForAll) return items.map(() => ({ error }));
    const half = Math.ceil(items.length / 2);
    const first = await runOrBisect(work, items.slice(0, half), budget);
    return [...first, ...(await runOrBisect(work, items.slice(half), budget))];
  }
}

/** Takes the next items in their order, passing over those whose name is in flight. */
function takeFrom<Item, Result>(
  queue: Waiting<Item, Result>[],
  names: Set<string>,
  itemsMax: number,
): Waiting<Item, Result>[] {
  const taken: Waiting<Item, Result>[] = [];
  const passed: Waiting<Item, Result>[] = [];
  let at = 0;
  for (; at < queue.length && taken.length < itemsMax; at += 1) {
    const next = queue[at];
    if (next === undefined) break;
    if (next.name !== undefined && names.has(next.name)) passed.push(next);
    else {
      taken.push(next);
      if (next.name !== undefined) names.add(next.name);
    }
  }
  queue.splice(0, at, ...passed);
  return taken;
}

/**
 * Makes a queue whose items ride in groups: whenever fewer than `inFlightMax` groups are under way,
 * what waits is run as one, `itemsMax` at most. Nobody waits for a group to fill: an item that
 * comes alone goes alone, in the same turn of the event loop.
 */
export function makeGroup<Item, Result>(
  work: GroupWork<Item, Result>,
  rules: GroupRules = groupRules,
): Group<Item, Result> {
  const queue: Waiting<Item, Result>[] = [];
  const names = new Set<string>();
  let inFlight = 0;
  let isCalled = false;

  const carryOut = async (members: readonly Waiting<Item, Result>[]) => {
    const items = members.map((one) => one.item);
    const settled = await runOrBisect(work, items, { left: rules.transactionsMax });
    for (const [index, member] of members.entries()) {
      const own = settled[index] ?? { error: new Error('an item of a group has no outcome') };
      if (member.name !== undefined) names.delete(member.name);
      if ('error' in own) member.reject(own.error);
      else member.resolve(own.result);
    }
  };
  const dispatch = () => {
    isCalled = false;
    while (inFlight < rules.inFlightMax && queue.length > 0) {
      const members = takeFrom(queue, names, rules.itemsMax);
      if (members.length === 0) return;
      inFlight += 1;
      void carryOut(members).finally(() => {
        inFlight -= 1;
        call();
      });
    }
  };
  const call = () => {
    if (isCalled || queue.length === 0 || inFlight >= rules.inFlightMax) return;
    isCalled = true;
    // Requests read in the same turn of the event loop ride together.
    setImmediate(dispatch);
  };
  return {
    submit: (item) => {
      if (queue.length >= rules.waitingMax) {
        return Promise.reject(new Refusal('busy', { retryAfterSeconds }));
      }
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      queue.push({ item, name: work.nameOf?.(item), resolve, reject });
      call();
      return promise;
    },
  };
}
