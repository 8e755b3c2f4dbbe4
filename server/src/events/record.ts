import type { Actor, Tx } from '../db/transact.ts';
import { jsonText, twin } from '../db/twin.ts';

const sql = twin(import.meta.url);

/** What an act was done to, and its figures. Ids and figures only: never personal data. */
export type Act = {
  /** `feature.act`, in the past tense: `voucher.issued`. */
  readonly kind: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly programmeId?: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** One entry per item of a commit group or chunk; each is a leaf of the chain of its own. */
  readonly items?: readonly unknown[];
  /** From `reserveEventId`, where rows that name the event are written in the same breath. */
  readonly eventId?: bigint;
};

/** The id of an event that this transaction is about to record. */
export async function reserveEventId(tx: Tx): Promise<bigint> {
  const { eventId } = await tx.one<{ eventId: bigint }>(sql('reserveEventId'));
  return eventId;
}

/**
 * Records an act in the transaction of its effect: no effect without it, no record without effect.
 * Answers the event's id, which ledger transfers and rows made by the act refer to.
 */
export async function record(tx: Tx, act: Act): Promise<bigint> {
  const { eventId } = await tx.one<{ eventId: bigint }>(sql('insertEvent'), {
    eventId: act.eventId ?? null,
    now: tx.now,
    actorKind: tx.actor.kind,
    actorId: tx.actor.id,
    kind: act.kind,
    subjectKind: act.subject.kind,
    subjectId: act.subject.id,
    programmeId: act.programmeId ?? null,
    body: act.body ?? {},
    items: act.items ?? null,
  });
  return eventId;
}

/** An act of a group, with who did it: the group itself is nobody's. */
export type OwnAct = Pick<Act, 'kind' | 'subject' | 'body'> & { readonly actor: Actor };

/** As `record` for many acts, an event each. */
export async function recordEach(tx: Tx, acts: readonly OwnAct[]): Promise<void> {
  if (acts.length === 0) return;
  await tx.execute(sql('insertEvents'), {
    now: tx.now,
    actorKinds: acts.map((act) => act.actor.kind),
    actorIds: acts.map((act) => act.actor.id),
    kinds: acts.map((act) => act.kind),
    subjectKinds: acts.map((act) => act.subject.kind),
    subjectIds: acts.map((act) => act.subject.id),
    bodies: acts.map((act) => jsonText(act.body ?? {})),
  });
}
