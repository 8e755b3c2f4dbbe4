import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { OnVerified } from '../../http/context.ts';
import type { Keys } from '../../keys.ts';

const sql = twin(import.meta.url);

/** A natural person as an authority names him; all normalized. */
export type Identity = { readonly name: string; readonly idNumber: string };

function identityIndexes(keys: Keys, idNumber: string) {
  const identityIndex = keys.index('identity-index', idNumber);
  return { identityIndex, identityIndexNext: keys.nextIndex?.('identity-index', idNumber) ?? null };
}

/** The person with this ID number, by the keyed index; undefined where nobody is known. */
export async function findPersonByIdentity(
  tx: Tx,
  keys: Keys,
  idNumber: string,
): Promise<string | undefined> {
  const indexes = identityIndexes(keys, idNumber);
  const row = await tx.maybe<{ personId: string }>(sql('findPersonByIdentity'), indexes);
  return row?.personId;
}

/**
 * The person with this identity, made where he is not known yet; never two for one ID number.
 * `basis`: he proved it himself, or an authority's list of record states it.
 */
export async function ensurePerson(
  tx: Tx,
  keys: Keys,
  given: { readonly identity: Identity; readonly basis: 'verified' | 'list_of_record' },
): Promise<string> {
  const { idNumber } = given.identity;
  const envelope = keys.seal(JSON.stringify(given.identity));
  const keyId = keys.currentId;
  const known = await findPersonByIdentity(tx, keys, idNumber);
  if (known !== undefined) {
    if (given.basis === 'verified') {
      await tx.execute(sql('confirmPerson'), { personId: known, envelope, keyId });
    }
    return known;
  }
  const personId = newId(tx.now);
  const indexes = identityIndexes(keys, idNumber);
  const values = { personId, envelope, keyId, ...indexes, basis: given.basis, now: tx.now };
  const inserted = await tx.execute(sql('insertPerson'), values);
  if (inserted === 1) return personId;
  const other = await findPersonByIdentity(tx, keys, idNumber);
  if (other === undefined) throw new Error('a person was neither made nor found');
  return other;
}

/** The live account of a normalized phone, made at the first sign-in. */
export async function ensureAccount(tx: Tx, keys: Keys, phone: string): Promise<string> {
  const phoneIndex = keys.index('phone-index', phone);
  await tx.execute(sql('insertAccount'), {
    residentAccountId: newId(tx.now),
    phoneIndex,
    envelope: keys.seal(JSON.stringify({ phone })),
    keyId: keys.currentId,
    now: tx.now,
  });
  const row = await tx.one<{ residentAccountId: string }>(sql('findAccountByPhone'), {
    phoneIndex,
  });
  return row.residentAccountId;
}

/** What the holder of an account may see of it. */
export type Account = {
  readonly phone: string;
  readonly personId: string | undefined;
  readonly verifiedAt: Instant | undefined;
};

/** The account with its phone opened; refuses `session_ended` when it has ended. */
export async function getAccount(tx: Tx, keys: Keys, residentAccountId: string): Promise<Account> {
  const row = await tx.maybe<{
    envelope: Buffer;
    keyId: number;
    personId: string | null;
    verifiedAt: Instant | null;
  }>(sql('findAccount'), { residentAccountId });
  if (row === undefined) return refuse('session_ended');
  return {
    phone: phoneIn(keys.open(row.envelope, row.keyId)),
    personId: row.personId ?? undefined,
    verifiedAt: row.verifiedAt ?? undefined,
  };
}

function phoneIn(envelope: string): string {
  const opened: unknown = JSON.parse(envelope);
  const phone: unknown = Reflect.get(Object(opened), 'phone');
  if (typeof phone !== 'string') throw new Error('an account without a phone');
  return phone;
}

/**
 * Links an account to the natural person whom the identity service has confirmed, making the person
 * at his first account; several phones stay one person. An account is linked once: refuses
 * `state_conflict` for another identity, `session_ended` for an ended account. Locks the account.
 */
export async function verifyPerson(
  tx: Tx,
  keys: Keys,
  given: {
    readonly residentAccountId: string;
    readonly identity: Identity;
    readonly onVerified: readonly OnVerified[];
  },
): Promise<string> {
  const { residentAccountId, identity } = given;
  const account = await tx.maybe<{ personId: string | null; phoneIndex: Buffer }>(
    sql('lockAccount'),
    { residentAccountId },
  );
  if (account === undefined) return refuse('session_ended');
  const personId = await ensurePerson(tx, keys, { identity, basis: 'verified' });
  if (account.personId !== null) {
    return account.personId === personId ? personId : refuse('state_conflict');
  }
  const nameIndex = keys.index('name-index', identity.name);
  await tx.execute(sql('linkAccount'), { residentAccountId, personId, nameIndex, now: tx.now });
  await record(tx, {
    kind: 'person.verified',
    subject: { kind: 'person', id: personId },
    body: { residentAccountId },
  });
  const { identityIndex } = identityIndexes(keys, identity.idNumber);
  const person = { personId, identityIndex, phoneIndex: account.phoneIndex, nameIndex };
  for (const hook of given.onVerified) await hook(tx, person);
  return personId;
}
