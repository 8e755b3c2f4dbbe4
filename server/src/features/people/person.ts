import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { Refusal, refuse } from '@huiquan/domain/refusals.ts';
import type { Outcome } from '../../db/group-command.ts';
import type { Actor, Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { wavesOf } from '../../db/waves.ts';
import { recordEach } from '../../events/record.ts';
import type { OnVerified, VerifiedPerson } from '../../http/context.ts';
import type { Keys } from '../../keys.ts';

const sql = twin(import.meta.url);

/** A natural person as an authority names him; all normalized. */
export type Identity = { readonly name: string; readonly idNumber: string };

function identityIndexes(keys: Keys, idNumber: string) {
  const identityIndex = keys.index('identity-index', idNumber);
  return { identityIndex, identityIndexNext: keys.nextIndex?.('identity-index', idNumber) ?? null };
}

/** The persons with these ID numbers, by the keyed index, as far as they are known. */
async function findPersons(
  tx: Tx,
  keys: Keys,
  idNumbers: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (idNumbers.length === 0) return new Map();
  const indexes = idNumbers.map((one) => identityIndexes(keys, one));
  const rows = await tx.rows<{ line: number; personId: string }>(sql('findPersonsByIdentity'), {
    identityIndexes: indexes.map((one) => one.identityIndex),
    identityIndexesNext: indexes.map((one) => one.identityIndexNext),
  });
  return new Map(rows.map((row) => [idNumbers[row.line - 1] ?? '', row.personId]));
}

type Basis = 'verified' | 'list_of_record';

async function confirmPersons(
  tx: Tx,
  keys: Keys,
  known: readonly { readonly personId: string; readonly identity: Identity }[],
): Promise<void> {
  if (known.length === 0) return;
  await tx.execute(sql('confirmPersons'), {
    personIds: known.map((one) => one.personId),
    envelopes: known.map((one) => keys.seal(JSON.stringify(one.identity))),
    keyId: keys.currentId,
  });
}

/** Makes the persons of `identities` who are not in `known`; answers all, by their ID numbers. */
async function makeUnknown(
  tx: Tx,
  keys: Keys,
  given: { readonly identities: readonly Identity[]; readonly basis: Basis },
  known: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const byId = new Map(given.identities.map((one) => [one.idNumber, one]));
  const unknown = [...byId.values()].filter((one) => !known.has(one.idNumber));
  if (unknown.length === 0) return known;
  const idNumbers = unknown.map((one) => one.idNumber);
  const indexes = idNumbers.map((one) => identityIndexes(keys, one));
  await tx.execute(sql('insertPersons'), {
    personIds: unknown.map(() => newId(tx.now)),
    envelopes: unknown.map((one) => keys.seal(JSON.stringify(one))),
    identityIndexes: indexes.map((one) => one.identityIndex),
    identityIndexesNext: indexes.map((one) => one.identityIndexNext),
    keyId: keys.currentId,
    basis: given.basis,
    now: tx.now,
  });
  // Found again by their numbers: somebody else may have made one of them meanwhile.
  return new Map([...known, ...(await findPersons(tx, keys, idNumbers))]);
}

/**
 * The person with this identity, made where he is not known yet; never two for one ID number.
 * `basis`: he proved it himself, or an authority's list of record states it.
 */
export async function ensurePerson(
  tx: Tx,
  keys: Keys,
  given: { readonly identity: Identity; readonly basis: Basis },
): Promise<string> {
  const { identity, basis } = given;
  const known = await findPersons(tx, keys, [identity.idNumber]);
  const personId = known.get(identity.idNumber);
  if (personId !== undefined) {
    if (basis === 'verified') await confirmPersons(tx, keys, [{ personId, identity }]);
    return personId;
  }
  const made = await makeUnknown(tx, keys, { identities: [identity], basis }, known);
  return personOf(made, identity);
}

function personOf(persons: ReadonlyMap<string, string>, { idNumber }: Identity): string {
  const personId = persons.get(idNumber);
  if (personId === undefined) throw new Error('a person was neither made nor found');
  return personId;
}

async function findAccountsByPhone(
  tx: Tx,
  phoneIndexes: readonly Buffer[],
): Promise<ReadonlyMap<string, string>> {
  type Row = { readonly residentAccountId: string; readonly phoneIndex: Buffer };
  const rows = await tx.rows<Row>(sql('findAccountsByPhone'), { phoneIndexes });
  return new Map(rows.map((row) => [row.phoneIndex.toString('hex'), row.residentAccountId]));
}

/** The live accounts of different normalized phones in their order, made at the first sign-in. */
export async function ensureAccounts(
  tx: Tx,
  keys: Keys,
  phones: readonly string[],
): Promise<readonly string[]> {
  const all = phones.map((phone) => ({ phone, phoneIndex: keys.index('phone-index', phone) }));
  const nameOf = (one: { readonly phoneIndex: Buffer }) => one.phoneIndex.toString('hex');
  const known = await findAccountsByPhone(
    tx,
    all.map((one) => one.phoneIndex),
  );
  const unknown = all.filter((one) => !known.has(nameOf(one)));
  const phoneIndexes = unknown.map((one) => one.phoneIndex);
  if (unknown.length > 0) {
    await tx.execute(sql('insertAccounts'), {
      residentAccountIds: unknown.map(() => newId(tx.now)),
      phoneIndexes,
      envelopes: unknown.map(({ phone }) => keys.seal(JSON.stringify({ phone }))),
      keyId: keys.currentId,
      now: tx.now,
    });
  }
  // Found again by their phones: somebody else may have made one of them meanwhile.
  const made = unknown.length === 0 ? known : await findAccountsByPhone(tx, phoneIndexes);
  return all.map((one) => {
    const residentAccountId = known.get(nameOf(one)) ?? made.get(nameOf(one));
    if (residentAccountId === undefined) throw new Error('an account was neither made nor found');
    return residentAccountId;
  });
}

/** The live account of a normalized phone, made at the first sign-in. */
export async function ensureAccount(tx: Tx, keys: Keys, phone: string): Promise<string> {
  const [residentAccountId] = await ensureAccounts(tx, keys, [phone]);
  if (residentAccountId === undefined) throw new Error('an account was not made');
  return residentAccountId;
}

/** What the holder of an account may see of it. */
export type Account = {
  readonly phone: string;
  readonly personId: string | undefined;
  readonly verifiedAt: Instant | undefined;
};

/** The live ones among these accounts by their ids, with their phones opened. */
export async function findAccounts(
  tx: Tx,
  keys: Keys,
  residentAccountIds: readonly string[],
): Promise<ReadonlyMap<string, Account>> {
  const rows = await tx.rows<{
    residentAccountId: string;
    envelope: Buffer;
    keyId: number;
    personId: string | null;
    verifiedAt: Instant | null;
  }>(sql('findAccounts'), { residentAccountIds });
  return new Map(
    rows.map((row) => [
      row.residentAccountId,
      {
        phone: phoneIn(keys.open(row.envelope, row.keyId)),
        personId: row.personId ?? undefined,
        verifiedAt: row.verifiedAt ?? undefined,
      },
    ]),
  );
}

/** The account with its phone opened; refuses `session_ended` when it has ended. */
export async function getAccount(tx: Tx, keys: Keys, residentAccountId: string): Promise<Account> {
  const found = await findAccounts(tx, keys, [residentAccountId]);
  return found.get(residentAccountId) ?? refuse('session_ended');
}

function phoneIn(envelope: string): string {
  const opened: unknown = JSON.parse(envelope);
  const phone: unknown = Reflect.get(Object(opened), 'phone');
  if (typeof phone !== 'string') throw new Error('an account without a phone');
  return phone;
}

/** An account and whom the identity service has confirmed behind it. */
export type Verification = {
  readonly residentAccountId: string;
  readonly identity: Identity;
  /** Whose act it is. */
  readonly actor: Actor;
};

type Locked = { readonly personId: string | null; readonly phoneIndex: Buffer };

/** Why an account cannot be linked to the person of `identity`, or undefined. */
function linkRefusal(
  account: Locked | undefined,
  known: string | undefined,
): 'session_ended' | 'state_conflict' | undefined {
  if (account === undefined) return 'session_ended';
  const isOther = account.personId !== null && account.personId !== known;
  return isOther ? 'state_conflict' : undefined;
}

type Link = Verification & { readonly personId: string; readonly account: Locked };

async function linkEach(
  tx: Tx,
  keys: Keys,
  links: readonly Link[],
  onVerified: readonly OnVerified[],
): Promise<void> {
  if (links.length === 0) return;
  const persons = links.map(({ identity, account, personId, actor }): VerifiedPerson => ({
    personId,
    identityIndex: keys.index('identity-index', identity.idNumber),
    phoneIndex: account.phoneIndex,
    nameIndex: keys.index('name-index', identity.name),
    actor,
  }));
  await tx.execute(sql('linkAccounts'), {
    residentAccountIds: links.map((one) => one.residentAccountId),
    personIds: links.map((one) => one.personId),
    nameIndexes: persons.map((one) => one.nameIndex),
    now: tx.now,
  });
  const acts = links.map(({ personId, residentAccountId, actor }) => ({
    kind: 'person.verified',
    subject: { kind: 'person', id: personId },
    body: { residentAccountId },
    actor,
  }));
  await recordEach(tx, acts);
  for (const hook of onVerified) await hook(tx, persons);
}

/** Judges verifications of different accounts. */
async function verifyWave(
  tx: Tx,
  keys: Keys,
  wave: readonly Verification[],
  onVerified: readonly OnVerified[],
): Promise<ReadonlyMap<Verification, Outcome<string>>> {
  const residentAccountIds = wave.map((one) => one.residentAccountId);
  const [rows, known] = await Promise.all([
    tx.rows<Locked & { residentAccountId: string }>(sql('lockAccounts'), { residentAccountIds }),
    findPersons(
      tx,
      keys,
      wave.map((one) => one.identity.idNumber),
    ),
  ]);
  const accounts = new Map(rows.map((row) => [row.residentAccountId, row]));
  const outcomes = new Map<Verification, Outcome<string>>();
  for (const one of wave) {
    const account = accounts.get(one.residentAccountId);
    const code = linkRefusal(account, known.get(one.identity.idNumber));
    if (code !== undefined) outcomes.set(one, { refused: new Refusal(code) });
  }
  const open = wave.filter((one) => !outcomes.has(one));
  const identities = open.map((one) => one.identity);
  const persons = await makeUnknown(tx, keys, { identities, basis: 'verified' }, known);
  const links: Link[] = [];
  const proved = new Map<string, { personId: string; identity: Identity }>();
  for (const one of open) {
    const personId = personOf(persons, one.identity);
    const account = accounts.get(one.residentAccountId);
    if (known.has(one.identity.idNumber)) {
      proved.set(personId, { personId, identity: one.identity });
    }
    if (account?.personId === null) links.push({ ...one, personId, account });
    outcomes.set(one, { result: personId });
  }
  // In order, so that two groups never wait for each other in a circle.
  const inOrder = [...proved.values()].toSorted((a, b) => (a.personId < b.personId ? -1 : 1));
  await confirmPersons(tx, keys, inOrder);
  await linkEach(tx, keys, links, onVerified);
  return outcomes;
}

/**
 * Links accounts to the natural persons whom the identity service has confirmed, making a person at
 * his first account; several phones stay one person. An account is linked once: `state_conflict`
 * for another identity, `session_ended` for an ended account. Locks the accounts. Of two
 * verifications of one account the first is judged first.
 */
export async function verifyPersons(
  tx: Tx,
  keys: Keys,
  items: readonly Verification[],
  onVerified: readonly OnVerified[],
): Promise<readonly Outcome<string>[]> {
  const outcomes = new Map<Verification, Outcome<string>>();
  for (const wave of wavesOf(items, (one) => [one.residentAccountId])) {
    for (const [one, own] of await verifyWave(tx, keys, wave, onVerified)) outcomes.set(one, own);
  }
  return items.map((one) => {
    const outcome = outcomes.get(one);
    if (outcome === undefined) throw new Error('nobody judged a verification');
    return outcome;
  });
}

/** As `verifyPersons` for one account; its refusal is thrown. */
export async function verifyPerson(
  tx: Tx,
  keys: Keys,
  given: Omit<Verification, 'actor'> & { readonly onVerified: readonly OnVerified[] },
): Promise<string> {
  const { onVerified, ...account } = given;
  const [outcome] = await verifyPersons(tx, keys, [{ ...account, actor: tx.actor }], onVerified);
  if (outcome === undefined) throw new Error('nobody judged a verification');
  if (outcome.refused !== undefined) throw outcome.refused;
  return outcome.result;
}
