import { newId } from '@huiquan/domain/ids.ts';
import type { Db } from '../db/pool.ts';
import { type Actor, transact } from '../db/transact.ts';
import { createOrganisation, type NewOrganisation } from '../features/people/organisation.ts';

/** A member of staff nobody has met before. */
export function someStaff(): Actor {
  return { kind: 'staff', id: newId() };
}

/** An organisation: a finance bureau without parent, unless something else is said. */
export async function givenOrganisation(
  db: Db,
  organisation: Partial<NewOrganisation> = {},
): Promise<string> {
  const whole = { name: '乡宁县财政局', kind: 'finance_bureau', ...organisation } as const;
  return transact(db, someStaff(), (tx) => createOrganisation(tx, whole));
}
