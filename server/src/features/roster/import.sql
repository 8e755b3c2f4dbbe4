-- name: insertRoster
-- The same file of the same organisation is taken once; a second upload finds the first.
insert into roster (roster_id, programme_id, organisation_id, source, file_name, file_digest,
  contact, contact_key_id, state, prepared_by, created_at, touched_at)
values (:rosterId, :programmeId, :organisationId, :source, :fileName, :digest, :contact,
  :contactKeyId, 'importing', :preparedBy, :now::timestamptz, clock_timestamp())
on conflict (programme_id, organisation_id, file_digest)
  where state not in ('cancelled', 'failed') do nothing;

-- name: findSameFile
-- So that the refusal can say where it was taken.
select roster_id from roster
where programme_id = :programmeId and organisation_id = :organisationId and file_digest = :digest
  and state not in ('cancelled', 'failed');

-- name: finishImport
-- The hash is over the rows as an approver would count them: who, in which row, for how much. Whose
-- rows all went in as they were read knows it already.
update roster r set state = 'imported', header = to_jsonb(:header::text[]),
  content_hash = coalesce(:contentHash::bytea, (
    select sha256(coalesce(string_agg(
      int4send(e.row_number) || e.name_index || coalesce(e.identity_index, '')
        || coalesce(e.phone_index, '') || int8send(e.face_fen) || int8send(e.amount_fen), ''::bytea
      order by e.row_number), ''))
    from entitlement e where e.roster_id = r.roster_id))
where r.roster_id = :rosterId and r.state = 'importing'
returning r.rows_total, r.rows_accepted, r.rows_failed, r.rows_duplicate, r.rows_existing,
  r.rows_questioned, r.amount_fen, r.content_hash;

-- name: recountRoster
-- The same figures and the same hash, after a question was decided or a row corrected.
update roster r set rows_accepted = c.accepted, amount_fen = c.amount_fen, content_hash = c.hash,
  rows_questioned = c.questioned, rows_duplicate = c.duplicate
from (
  select count(*)::int as accepted, coalesce(sum(e.amount_fen), 0)::bigint as amount_fen,
    sha256(coalesce(string_agg(
      int4send(e.row_number) || e.name_index || coalesce(e.identity_index, '')
        || coalesce(e.phone_index, '') || int8send(e.face_fen) || int8send(e.amount_fen), ''::bytea
      order by e.row_number), '')) as hash,
    (select count(*)::int from duplicate_task t
      where t.roster_id = :rosterId and t.state = 'open') as questioned,
    (select count(distinct p.row_number)::int from roster_problem p
      where p.roster_id = :rosterId and p.code = 'duplicate') + (
      select count(*)::int from duplicate_task t
      where t.roster_id = :rosterId and t.state = 'same_person') as duplicate
  from entitlement e where e.roster_id = :rosterId
) c
where r.roster_id = :rosterId and r.state = 'imported' returning r.roster_id;

-- name: lastRow
-- Rows are taken back in ranges of their numbers.
select coalesce(max(e.row_number), 0) as last from entitlement e where e.roster_id = :rosterId;

-- name: removeRows
-- Of a roster that nobody confirmed.
delete from entitlement e
where e.roster_id = :rosterId and e.row_number >= :from and e.row_number < :to
  and e.state = 'imported';

-- name: failImport
-- A file that could not be read to its end leaves nothing behind and may be uploaded again.
update roster set state = 'failed', rows_accepted = 0, amount_fen = 0
where roster_id = :rosterId and state = 'importing';

-- name: interruptedImports
-- By the clock of the machine, also where tests have set the business clock.
select r.roster_id from roster r
where r.state = 'importing'
  and r.touched_at < clock_timestamp() - make_interval(secs => :silenceSecondsMax::integer)
limit 100;
