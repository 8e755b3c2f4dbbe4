import { Refusal, type RefusalCode } from '@huiquan/domain/refusals.ts';
import { settle, type Answer, type CommandKey, type Final } from '../db/command.ts';
import { findAnswered, onceEach, type Outcome } from '../db/group-command.ts';
import { makeGroup, type Group, type GroupRules, type Settled } from '../db/group.ts';
import type { Db, Lane } from '../db/pool.ts';
import { transactSeeing, type Actor, type Asking, type Tx } from '../db/transact.ts';
import type { Authenticator } from './credentials.ts';
import type { Principal } from './principal.ts';

/** A command whose requests ride in groups: one transaction, each item its own outcome. */
export type GroupWish<Item, Result, Seen = undefined> = {
  /** The actor of a group of several. */
  readonly name: string;
  readonly lane: Exclude<Lane, 'door'>;
  /** Asks what is the same for all items, while it is found out who of them is to be judged. */
  readonly look?: (asking: Asking, items: readonly Item[]) => Promise<Seen>;
  /** Judges the items in their order; results are JSON of ids and figures. */
  readonly run: (
    tx: Tx,
    items: readonly Item[],
    seen: Seen | undefined,
  ) => Promise<readonly Outcome<Result>[]>;
  /** Refusals that stay the answer to their request, whatever happens later. */
  readonly final?: ReadonlySet<RefusalCode>;
};

type Member<Item> = {
  readonly principal: Principal;
  readonly command: CommandKey;
  readonly item: Item;
};

/** What groups need of the context. */
export type GroupContext = {
  readonly db: Db;
  readonly authenticator: Pick<Authenticator, 'standing'>;
  /** How many ride together and how many may wait; `groupRules` unless said. */
  readonly groupRules?: GroupRules | undefined;
};

/** The queue of one such command in one process. */
export type GroupCommand<Item, Result> = {
  readonly submit: (member: Member<Item>) => Promise<Answer<Result>>;
};

/** A group of one is its member's act; of several, the command's: its items name who acted. */
function actorOf(name: string, members: readonly Member<unknown>[]): Actor {
  const [first] = members;
  const isOne = members.every((one) => one.principal.actor.id === first?.principal.actor.id);
  return first !== undefined && isOne ? first.principal.actor : { kind: 'system', id: name };
}

const isStanding = (standing: ReadonlySet<string>, { principal }: Member<unknown>) =>
  principal.kind !== 'public' && standing.has(principal.session.sessionId);

async function runGroup<Item, Result, Seen>(
  context: GroupContext,
  wish: GroupWish<Item, Result, Seen>,
  members: readonly Member<Item>[],
): Promise<readonly Settled<Final<Result>>[]> {
  const { db, authenticator } = context;
  // Asked in one breath with the keys: who is signed out hears nothing of either.
  const look = (asking: Asking) =>
    Promise.all([
      authenticator.standing(
        asking,
        members.map((one) => one.principal),
      ),
      findAnswered(
        asking,
        members.map((one) => one.command.commandId),
      ),
      wish.look?.(
        asking,
        members.map((one) => one.item),
      ),
    ]);
  const actor = actorOf(wish.name, members);
  return transactSeeing(db.lanes[wish.lane], actor, look, async (tx, [standing, known, seen]) => {
    const judge = async (fresh: readonly Member<Item>[]) => {
      const here = fresh.filter((member) => isStanding(standing, member));
      const items = here.map((member) => member.item);
      const outcomes = items.length === 0 ? [] : await wish.run(tx, items, seen);
      const own = new Map(here.map((member, index) => [member, outcomes[index]]));
      return fresh.map((member) => own.get(member) ?? { refused: new Refusal('session_ended') });
    };
    const entries = members.map((member) => ({ command: member.command, item: member }));
    const settled = await onceEach(tx, { entries, known }, judge, wish.final);
    return members.map((member, index) => {
      const own = isStanding(standing, member) ? settled[index] : undefined;
      return own ?? { error: new Refusal('session_ended') };
    });
  });
}

/**
 * Makes the queue of a command that runs in groups. Each item is judged once per key, in a
 * transaction that also checks its session; see `makeGroup` for what rides together.
 */
export function groupCommand<Item, Result, Seen = undefined>(
  context: GroupContext,
  wish: GroupWish<Item, Result, Seen>,
): GroupCommand<Item, Result> {
  const group: Group<Member<Item>, Final<Result>> = makeGroup(
    {
      run: (members) => runGroup(context, wish, members),
      nameOf: (member) => member.command.commandId,
    },
    context.groupRules,
  );
  return { submit: async (member) => settle(await group.submit(member)) };
}
