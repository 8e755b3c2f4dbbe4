import { maskName, maskPhone, maskResidentId } from '@huiquan/domain/identity/masks.ts';
import { normalizeName } from '@huiquan/domain/identity/person-name.ts';
import { normalizePhone } from '@huiquan/domain/identity/phone.ts';
import { normalizeResidentId } from '@huiquan/domain/identity/resident-id.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { OnVerified, VerifiedPerson } from '../../http/context.ts';
import type { Keys } from '../../keys.ts';
import { recountRoster } from './import.ts';

const sql = twin(import.meta.url);

type Listed = { readonly name: string; readonly phone?: string; readonly idNumber?: string };

/** What the sealed row says of its person. */
export function listedIn(
  keys: Keys,
  row: { readonly envelope: Buffer; readonly keyId: number },
): Listed {
  const opened: unknown = JSON.parse(keys.open(row.envelope, row.keyId));
  const text = (field: string) => {
    const value: unknown = Reflect.get(Object(opened), field);
    return typeof value === 'string' ? value : undefined;
  };
  const [phone, idNumber] = [text('phone'), text('idNumber')];
  return {
    name: text('name') ?? '',
    ...(phone === undefined ? {} : { phone }),
    ...(idNumber === undefined ? {} : { idNumber }),
  };
}

/** A row of a list as a clerk may see it: enough to recognise the person who stands before him. */
export type ListedRow = {
  readonly entitlementId: string;
  readonly rowNumber: number;
  readonly state: string;
  readonly isBound: boolean;
  readonly name: string;
  readonly phone: string | undefined;
  readonly idNumber: string | undefined;
};

/**
 * The rows of a roster with exactly this ID number or phone, personal fields masked; who looked,
 * and why, is recorded. Answers an empty list where nobody is found.
 * @policy SM23 十(八); requirement O4; access 5.2
 */
export async function findListed(
  tx: Tx,
  keys: Keys,
  asked: {
    readonly rosterId: string;
    readonly idNumber?: string | undefined;
    readonly phone?: string | undefined;
    readonly reason: string;
  },
): Promise<readonly ListedRow[]> {
  const { rosterId, idNumber, phone, reason } = asked;
  type Row = Pick<ListedRow, 'entitlementId' | 'rowNumber' | 'state'> & {
    readonly envelope: Buffer;
    readonly keyId: number;
    readonly personId: string | null;
  };
  const rows = await tx.rows<Row>(sql('findRows'), {
    rosterId,
    identityIndex:
      idNumber === undefined ? null : keys.index('identity-index', normalizeResidentId(idNumber)),
    phoneIndex: phone === undefined ? null : keys.index('phone-index', normalizePhone(phone)),
  });
  const personIds = rows.flatMap((row) => row.personId ?? []);
  await record(tx, {
    kind: 'personal_data.shown',
    subject: { kind: 'roster', id: rosterId },
    body: { reason, entitlementIds: rows.map((row) => row.entitlementId) },
    ...(personIds.length > 0 ? { items: personIds } : {}),
  });
  return rows.map(({ envelope, keyId, personId, ...row }) => {
    const listed = listedIn(keys, { envelope, keyId });
    return {
      ...row,
      isBound: personId !== null,
      name: maskName(listed.name),
      phone: listed.phone === undefined ? undefined : maskPhone(listed.phone),
      idNumber: listed.idNumber === undefined ? undefined : maskResidentId(listed.idNumber),
    };
  });
}

type Locked = {
  readonly rosterId: string;
  readonly programmeId: string;
  readonly state: string;
  readonly rosterState: string;
  readonly envelope: Buffer;
  readonly keyId: number;
  readonly personId: string | null;
  readonly identityIndex: Buffer | null;
};

/** Rows that nothing was issued for and nobody is bound to. */
const correctable: ReadonlySet<string> = new Set(['imported', 'confirmed', 'committed']);

/**
 * Corrects a mistyped name or phone in a row, with the reason, before anything is issued for it:
 * one of the two, so that the other still says who was meant. Before the confirmation the roster's
 * hash changes with it; after it, whoever has been waiting under the corrected name and phone is
 * bound at once through `onVerified`. Refuses `not_found`, `invalid_fields` for neither or both,
 * `state_conflict` for a row that is bound, issued or returned, or a person who is listed already.
 * Locks the row and its roster.
 * @policy SM23 十(八); requirement O4
 */
export async function correctEntitlement(
  tx: Tx,
  keys: Keys,
  given: {
    readonly rosterId: string;
    readonly entitlementId: string;
    readonly name?: string | undefined;
    readonly phone?: string | undefined;
    readonly reason: string;
    readonly onVerified: readonly OnVerified[];
  },
): Promise<{ readonly isBound: boolean }> {
  const { rosterId, entitlementId, reason } = given;
  if ((given.name === undefined) === (given.phone === undefined)) {
    const text = '姓名与手机号只能更正其中一项';
    refuse('invalid_fields', { errors: [{ pointer: '/name', code: 'one_of_two', text }] });
  }
  const row = await tx.maybe<Locked>(sql('lockEntitlement'), { entitlementId });
  if (row?.rosterId !== rosterId) refuse('not_found');
  if (row.personId !== null || !correctable.has(row.state)) {
    refuse('state_conflict', { state: row.state });
  }
  const listed = listedIn(keys, row);
  const name = given.name === undefined ? listed.name : normalizeName(given.name);
  const phone = given.phone === undefined ? listed.phone : normalizePhone(given.phone);
  const nameIndex = keys.index('name-index', name);
  const phoneIndex = phone === undefined ? null : keys.index('phone-index', phone);
  await tx.execute(sql('correctEntitlement'), {
    entitlementId,
    envelope: keys.seal(JSON.stringify({ ...listed, name, phone })),
    keyId: keys.currentId,
    nameIndex,
    phoneIndex,
  });
  const corrected = given.name === undefined ? 'phone' : 'name';
  await record(tx, {
    kind: 'entitlement.corrected',
    subject: { kind: 'entitlement', id: entitlementId },
    programmeId: row.programmeId,
    body: { rosterId, corrected, reason },
  });
  if (row.rosterState === 'imported') {
    await recountRoster(tx, rosterId);
    return { isBound: false };
  }
  const known = { identityIndex: row.identityIndex, phoneIndex, nameIndex };
  const found = await tx.maybe<Omit<VerifiedPerson, 'actor'>>(sql('findVerifiedHolder'), known);
  if (found === undefined) return { isBound: false };
  const person = { ...found, actor: tx.actor };
  for (const hook of given.onVerified) await hook(tx, [person]);
  return { isBound: true };
}
