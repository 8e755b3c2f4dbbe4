import { randomBytes } from 'node:crypto';
import { consentPurposes, consentTexts } from '@huiquan/domain/consent/texts.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { givenMerchant } from '../../server/src/given/merchant.ts';
import { givenPersons } from '../../server/src/given/issuing.ts';
import type { Place } from './place.ts';

/** A person with a verified name, signed in. */
export type Resident = {
  readonly personId: string;
  readonly accountId: string;
  readonly token: string;
};

/** A till with a cashier signed in. */
export type Till = {
  readonly terminalId: string;
  /** What it signs with, base64. */
  readonly secret: string;
  readonly cashier: string;
};

const newToken = () => randomBytes(32).toString('base64url');

/** `count` residents, signed in: their accounts and sessions by one statement each. */
export async function makeResidents(place: Place, count: number): Promise<Resident[]> {
  const { keys, owner, db } = place;
  const persons = await givenPersons(db, count);
  const residents = persons.map((personId) => ({
    personId,
    accountId: newId(),
    token: newToken(),
  }));
  const accountIds = residents.map((one) => one.accountId);
  await owner.query(
    `insert into resident_account (resident_account_id, phone_index, envelope, key_id, person_id,
       verified_at, created_at)
     select a, sha256(a::text::bytea), '\\x00', $3, p, now(), now()
     from unnest($1::uuid[], $2::uuid[]) as w(a, p)`,
    [accountIds, residents.map((one) => one.personId), keys.currentId],
  );
  await owner.query(
    `insert into session (session_id, token_hash, kind, resident_account_id, signed_in_at,
       expires_at)
     select new_id(), h, 'resident', a, now(), now() + interval '1 day'
     from unnest($1::uuid[], $2::bytea[]) as w(a, h)`,
    [accountIds, residents.map((one) => keys.index('session', one.token))],
  );
  await owner.query(
    `insert into consent (consent_id, resident_account_id, purpose, version, answer, answered_at)
     select new_id(), a, p, v, 'agreed', now()
     from unnest($1::uuid[]) as w(a), unnest($2::text[], $3::int[]) as t(p, v)`,
    [accountIds, consentPurposes, consentPurposes.map((one) => consentTexts[one].version)],
  );
  await owner.query('analyze person, resident_account, session');
  return residents;
}

async function makeTill(place: Place, programmeId: string): Promise<Till> {
  const { keys, owner, db } = place;
  const made = await givenMerchant(db, { programmeId, category: 'retail', keys });
  const { terminalId, cashierId } = made;
  await owner.query(
    `insert into staff (staff_id, login_name, envelope, key_id, password_hash, state, created_by,
       created_at) values ($1, $2, '\\x00', $3, '', 'active', 'bench', now())`,
    [cashierId, `c${cashierId.replaceAll('-', '')}`, keys.currentId],
  );
  const cashier = newToken();
  await owner.query(
    `insert into session (session_id, token_hash, kind, staff_id, terminal_id, signed_in_at,
       second_factor_at, expires_at)
     values (new_id(), $1, 'till', $2, $3, now(), now(), now() + interval '1 day')`,
    [keys.index('session', cashier), cashierId, terminalId],
  );
  return { terminalId, secret: made.terminalSecret.toString('base64'), cashier };
}

/** `count` tills of as many merchants, each with a cashier signed in. */
export async function makeTills(place: Place, programmeId: string, count: number): Promise<Till[]> {
  const tills: Till[] = [];
  for (let n = 0; n < count; n += 1) tills.push(await makeTill(place, programmeId));
  return tills;
}
