-- name: insertRoster
-- The same file of the same organisation is taken once; a second upload finds the first.
insert into roster (roster_id, programme_id, organisation_id, source, file_name, file_digest,
  contact, state, prepared_by, created_at)
values (:rosterId, :programmeId, :organisationId, :source, :fileName, :digest, :contact,
  'importing', :preparedBy, :now::timestamptz)
on conflict (programme_id, organisation_id, file_digest)
  where state not in ('cancelled', 'failed') do nothing;

-- name: findSameFile
-- So that the refusal can say where it was taken.
select roster_id from roster
where programme_id = :programmeId and organisation_id = :organisationId and file_digest = :digest
  and state not in ('cancelled', 'failed');

-- name: insertProblems
-- The row's cells are sealed: they go into the failure file.
insert into roster_problem (roster_id, row_number, code, details, cells)
select :rosterId, p.* from unnest(:rowNumbers::int[], :codes::text[], :details::text[]::jsonb[],
  :cells::bytea[]) as p
on conflict do nothing;

-- name: addProgress
-- Seen by whoever waits for the import.
update roster set rows_total = rows_total + :total, rows_failed = rows_failed + :failed
where roster_id = :rosterId and state = 'importing';

-- name: dropRepeats
-- The same person twice in one file: the first row counts.
with repeats as (
  delete from roster_row r using (
    select row_number, row_number() over (
      partition by coalesce(identity_index, phone_index || name_index) order by row_number) as place
    from roster_row where roster_id = :rosterId
  ) d
  where r.roster_id = :rosterId and r.row_number = d.row_number and d.place > 1
  returning r.row_number, r.envelope
)
insert into roster_problem (roster_id, row_number, code, details, cells)
select :rosterId, row_number, 'duplicate', '{}'::jsonb, envelope from repeats;

-- name: dropListed
-- Persons whom this programme and source already have on a list.
with listed as (
  delete from roster_row r using entitlement e
  where r.roster_id = :rosterId and e.programme_id = :programmeId and e.source = :source
    and e.state not in ('returned', 'recalled')
    and (e.identity_index = r.identity_index or (r.identity_index is null
      and e.identity_index is null and e.phone_index = r.phone_index
      and e.name_index = r.name_index))
  returning r.row_number, r.envelope
)
insert into roster_problem (roster_id, row_number, code, details, cells)
select distinct on (row_number) :rosterId::uuid, row_number, 'exists', '{}'::jsonb, envelope
from listed;

-- name: askAboutLikely
-- The same phone with another name, or the same ID number with another name: perhaps one person,
-- perhaps two. Somebody looks; until then the row waits in its task.
with likely as (
  select distinct on (r.row_number) r.row_number, o.entitlement_id as other_id,
    case when r.identity_index is not null then 'same_identity_other_name'
      else 'same_phone_other_name' end as reason
  from roster_row r
  join (
    select entitlement_id, phone_index, name_index, row_number from roster_row
      where roster_id = :rosterId
    union all
    select entitlement_id, phone_index, name_index, 0 from entitlement
      where programme_id = :programmeId and source = :source and identity_index is null
        and state not in ('returned', 'recalled')
  ) o on o.phone_index = r.phone_index and o.name_index <> r.name_index
    and o.row_number < r.row_number
  where r.roster_id = :rosterId and r.identity_index is null
  order by r.row_number, o.row_number
), taken as (
  delete from roster_row r using likely l
  where r.roster_id = :rosterId and r.row_number = l.row_number
  returning r.*, l.other_id, l.reason
)
insert into duplicate_task (duplicate_task_id, roster_id, row_number, other_entitlement_id, reason,
  state, created_at, envelope, key_id, identity_index, phone_index, name_index, face_fen,
  voucher_count)
select entitlement_id, roster_id, row_number, other_id, reason, 'open', :now::timestamptz, envelope,
  key_id, identity_index, phone_index, name_index, face_fen, voucher_count
from taken;

-- name: insertEntitlements
-- Another import may have listed a person a moment ago: that row exists then.
insert into entitlement (entitlement_id, roster_id, row_number, programme_id, source, envelope,
  key_id, identity_index, phone_index, name_index, face_fen, voucher_count, amount_fen, state)
select entitlement_id, roster_id, row_number, :programmeId, :source, envelope, key_id,
  identity_index, phone_index, name_index, face_fen, voucher_count, face_fen * voucher_count,
  'imported'
from roster_row where roster_id = :rosterId
on conflict do nothing;

-- name: noteLateListed
-- The rows that lost that race.
insert into roster_problem (roster_id, row_number, code, details, cells)
select r.roster_id, r.row_number, 'exists', '{}'::jsonb, r.envelope
from roster_row r
where r.roster_id = :rosterId
  and not exists (select from entitlement e where e.entitlement_id = r.entitlement_id);

-- name: emptyStaging
-- Nothing of a file stays in the staging.
delete from roster_row where roster_id = :rosterId;

-- name: finishImport
-- The hash is over the rows as an approver would count them: who, in which row, for how much.
with rows as (
  select count(*)::int as accepted, coalesce(sum(amount_fen), 0)::bigint as amount_fen,
    sha256(convert_to(coalesce(string_agg(row_number || ' ' || encode(name_index, 'hex') || ' '
      || coalesce(encode(coalesce(identity_index, phone_index), 'hex'), '') || ' ' || amount_fen,
      E'\n' order by row_number), ''), 'UTF8')) as hash
  from entitlement where roster_id = :rosterId
), noted as (
  select count(*) filter (where code = 'duplicate')::int as duplicate,
    count(*) filter (where code = 'exists')::int as existing
  from roster_problem where roster_id = :rosterId
)
update roster r set state = 'imported', rows_accepted = rows.accepted, amount_fen = rows.amount_fen,
  content_hash = rows.hash, rows_duplicate = noted.duplicate, rows_existing = noted.existing
from rows, noted
where r.roster_id = :rosterId and r.state = any(:states::text[])
returning r.rows_total, r.rows_accepted, r.rows_failed, r.rows_duplicate, r.rows_existing,
  r.amount_fen, r.content_hash;

-- name: failImport
-- A file that could not be read to its end leaves nothing behind and may be uploaded again.
update roster set state = 'failed' where roster_id = :rosterId and state = 'importing';

-- name: interruptedImports
-- Imports whose process has died: none can be running when the server starts.
select roster_id from roster where state = 'importing'
  and created_at < :now::timestamptz - interval '2 hours';
