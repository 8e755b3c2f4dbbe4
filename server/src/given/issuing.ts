import { type Fen, fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Db } from '../db/pool.ts';
import { transact } from '../db/transact.ts';
import { approveBatch, prepareBatch, startIssue } from '../features/issuing/batch.ts';
import { runIssue } from '../features/issuing/run.ts';
import { someStaff } from './organisation.ts';

/** `count` persons nobody has met before, known by a list of record, in the order of their ids. */
export async function givenPersons(db: Db, count: number): Promise<readonly string[]> {
  const { rows } = await db.pool.query<{ person_id: string }>(
    `insert into person (person_id, envelope, key_id, identity_index, identity_basis, created_at)
     select new_id(), '\\x00', 1, uuid_send(gen_random_uuid()), 'list_of_record', business_now()
     from generate_series(1, $1) returning person_id`,
    [count],
  );
  return rows.map((row) => row.person_id).toSorted();
}

export type GivenRoster = {
  readonly rosterId: string;
  readonly programmeId: string;
  readonly personIds: readonly string[];
};

/**
 * A confirmed roster: one row per person of `persons` (a count makes new ones), each for
 * `voucherCount` vouchers of `faceFen` (5 × 40元 unless said). Rows are bound to their persons, or
 * wait for them under their identity (`waiting`).
 */
export async function givenRoster(
  db: Db,
  given: {
    readonly programmeId: string;
    readonly organisationId: string;
    readonly persons: number | readonly string[];
    readonly faceFen?: Fen | bigint;
    readonly voucherCount?: number;
    readonly source?: string;
    readonly rows?: 'bound' | 'waiting';
  },
): Promise<GivenRoster> {
  const { programmeId, organisationId, persons } = given;
  const personIds = typeof persons === 'number' ? await givenPersons(db, persons) : persons;
  const [rosterId, source] = [newId(), given.source ?? 'resident'];
  await db.pool.query(
    `insert into roster (roster_id, programme_id, organisation_id, source, file_name, file_digest,
       state, rows_total, rows_accepted, content_hash, prepared_by, confirmed_by, created_at,
       confirmed_at)
     values ($1, $2, $3, $4, '名单.csv', uuid_send($1), 'confirmed', $5, $5,
       sha256(uuid_send($1)), $6, $7, business_now(), business_now())`,
    [rosterId, programmeId, organisationId, source, personIds.length, newId(), newId()],
  );
  const face = fen(given.faceFen ?? 4_000n);
  await db.pool.query(
    `insert into entitlement (entitlement_id, roster_id, row_number, programme_id, source, envelope,
       key_id, identity_index, name_index, face_fen, voucher_count, amount_fen, person_id, bound_at,
       state)
     select new_id(), $1, p.row_number, $2, $3, '\\x00', 1, n.identity_index, '\\x00', $4, $5::int,
       $4::bigint * $5::int, case when $6 then p.person_id end,
       case when $6 then business_now() end, 'confirmed'
     from unnest($7::uuid[]) with ordinality as p(person_id, row_number)
     join person n on n.person_id = p.person_id`,
    [
      rosterId,
      programmeId,
      source,
      face,
      given.voucherCount ?? 5,
      given.rows !== 'waiting',
      personIds,
    ],
  );
  return { rosterId, programmeId, personIds };
}

/** A batch of the roster, prepared and approved by two persons; its money is committed. */
export async function givenApprovedBatch(db: Db, rosterId: string): Promise<string> {
  const { batchId, contentHash } = await transact(db, someStaff(), (tx) =>
    prepareBatch(tx, { rosterId }),
  );
  await transact(db, someStaff(), (tx) => approveBatch(tx, { batchId, seenHash: contentHash }));
  return batchId;
}

/** A batch of the roster, issued to its end through the real commands. */
export async function givenIssuedBatch(db: Db, rosterId: string): Promise<string> {
  const batchId = await givenApprovedBatch(db, rosterId);
  await transact(db, someStaff(), (tx) => startIssue(tx, { batchId }));
  await runIssue(db, someStaff(), batchId);
  return batchId;
}
