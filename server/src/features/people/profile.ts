import type { Fen } from '@huiquan/domain/fen.ts';
import { maskName, maskPhone, maskResidentId } from '@huiquan/domain/identity/masks.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { Keys } from '../../keys.ts';
import { currentPlan } from '../programme/load-plan.ts';
import { getAccount } from './person.ts';

const sql = twin(import.meta.url);

/** What a resident's own page shows of him: enough to recognise himself, nothing to copy. */
export type Profile = {
  readonly phone: string;
  readonly name: string | undefined;
  readonly idNumber: string | undefined;
  readonly verifiedAt: Instant | undefined;
};

function textIn(envelope: string, field: string): string | undefined {
  const value: unknown = Reflect.get(Object(JSON.parse(envelope)), field);
  return typeof value === 'string' ? value : undefined;
}

/** The account and the natural person behind it, masked. Refuses `session_ended`. */
export async function getProfile(tx: Tx, keys: Keys, residentAccountId: string): Promise<Profile> {
  const { phone, personId, verifiedAt } = await getAccount(tx, keys, residentAccountId);
  type Row = { readonly envelope: Buffer; readonly keyId: number };
  const row =
    personId === undefined ? undefined : await tx.maybe<Row>(sql('findPerson'), { personId });
  const opened = row === undefined ? '{}' : keys.open(row.envelope, row.keyId);
  const [name, idNumber] = [textIn(opened, 'name'), textIn(opened, 'idNumber')];
  return {
    phone: maskPhone(phone),
    name: name === undefined ? undefined : maskName(name),
    idNumber: idNumber === undefined ? undefined : maskResidentId(idNumber),
    verifiedAt,
  };
}

/** One time that somebody was shown a person's data. */
export type DataAccess = {
  readonly eventId: bigint;
  readonly at: Instant;
  readonly actorKind: string;
  readonly organisation: string | null;
  readonly reason: string | null;
};

/**
 * Who was shown a person's data, when and why, newest first: his own list of accesses.
 * @policy access 5.1(8)
 */
export async function listAccesses(
  tx: Tx,
  asked: {
    readonly personId: string;
    readonly before: bigint | undefined;
    readonly limit: number;
  },
): Promise<readonly DataAccess[]> {
  return tx.rows<DataAccess>(sql('listAccesses'), { ...asked, before: asked.before ?? null });
}

export type OwnEntitlement = {
  readonly code: string;
  readonly title: string;
  readonly programmeId: string;
  readonly source: string;
  readonly amountFen: Fen;
  readonly state: 'waiting' | 'bound' | 'issued' | 'returned' | 'registration_closed';
};

/**
 * The lists on which a person stands, and what became of each: issued, bound and awaiting its
 * issue,
 * waiting for a step, returned, or not bound because he registered after the deadline.
 * @policy SX20 一(二); requirement O7
 */
export async function listOwnEntitlements(
  tx: Tx,
  personId: string,
): Promise<readonly OwnEntitlement[]> {
  type Row = Omit<OwnEntitlement, 'state'> & {
    readonly state: string;
    readonly boundAt: Instant | null;
  };
  const rows = await tx.rows<Row>(sql('listOwnEntitlements'), { personId });
  const found: OwnEntitlement[] = [];
  for (const { state, boundAt, ...row } of rows) {
    const { plan } = await currentPlan(tx, row.programmeId);
    const deadline = plan.registrationDeadline;
    const isLate = deadline !== undefined && tx.now >= deadline;
    found.push({ ...row, state: stateOf(state, boundAt !== null, isLate) });
  }
  return found;
}

function stateOf(state: string, isBound: boolean, isLate: boolean): OwnEntitlement['state'] {
  if (state === 'issued') return 'issued';
  if (isBound) return state === 'returned' || state === 'recalled' ? 'returned' : 'bound';
  if (isLate) return 'registration_closed';
  return state === 'returned' ? 'returned' : 'waiting';
}
