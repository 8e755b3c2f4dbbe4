-- name: lockRoster
-- Every decision on a roster is judged on what it is now.
select roster_id, programme_id, organisation_id, source, state, content_hash, amount_fen,
  rows_accepted, prepared_by
from roster where roster_id = :rosterId for update;

-- name: findRoster
-- With its place in the tree, for whoever asks.
select r.roster_id, r.programme_id, r.organisation_id, o.path as organisation_path, r.source,
  r.file_name, r.state, r.rows_total, r.rows_accepted, r.rows_failed, r.rows_duplicate,
  r.rows_existing, r.amount_fen, r.content_hash, r.prepared_by, r.confirmed_by, r.created_at,
  (select count(*) from duplicate_task t where t.roster_id = r.roster_id and t.state = 'open')
    as open_tasks
from roster r join organisation o using (organisation_id) where r.roster_id = :rosterId;

-- name: listRosters
-- Newest first; only what the asker's grants reach.
select r.roster_id, r.programme_id, r.organisation_id, o.path as organisation_path, r.source,
  r.file_name, r.state, r.rows_total, r.rows_accepted, r.rows_failed, r.rows_duplicate,
  r.rows_existing, r.amount_fen, r.content_hash, r.prepared_by, r.confirmed_by, r.created_at,
  (select count(*) from duplicate_task t where t.roster_id = r.roster_id and t.state = 'open')
    as open_tasks
from roster r join organisation o using (organisation_id)
where r.programme_id = :programmeId
  and (:everything or r.programme_id = any(:programmeIds::uuid[])
    or exists (select from unnest(:paths::text[]) as p(path) where o.path like p.path || '%'))
  and (:before::uuid is null or r.roster_id < :before::uuid)
order by r.roster_id desc limit :limit;

-- name: confirmRoster
-- Only what was seen.
update roster set state = 'confirmed', confirmed_by = :confirmedBy, confirmed_at = :now::timestamptz
where roster_id = :rosterId and state = 'imported';

-- name: confirmEntitlements
-- From here on they may be put into a batch.
update entitlement set state = 'confirmed' where roster_id = :rosterId and state = 'imported';

-- name: cancelRoster
-- A roster that nobody confirmed.
update roster set state = 'cancelled' where roster_id = :rosterId and state = 'imported';

-- name: cancelEntitlements
-- Its people may stand on another list.
update entitlement set state = 'returned' where roster_id = :rosterId and state = 'imported';

-- name: paidByOrganisation
-- What the organisation's own confirmed payments hold, and what its other rosters already took.
select coalesce((select sum(o.total_fen) from funding_order o
    where o.programme_id = :programmeId and o.funder_id = :organisationId
      and o.state = 'confirmed'), 0)::bigint as paid_fen,
  coalesce((select sum(r.amount_fen) from roster r
    where r.programme_id = :programmeId and r.organisation_id = :organisationId
      and r.state = 'confirmed'), 0)::bigint as listed_fen;

-- name: listProblems
-- By row, as the file has them.
select row_number, code, details, cells from roster_problem
where roster_id = :rosterId and (row_number, code) > (:afterRow, :afterCode)
order by row_number, code limit :limit;

-- name: listTasks
-- Open questions: one person or two?
select duplicate_task_id, row_number, reason, state from duplicate_task
where roster_id = :rosterId order by row_number limit 1000;

-- name: lockTask
-- Decided once.
select t.duplicate_task_id, t.roster_id, t.state, r.programme_id, r.source, r.state as roster_state
from duplicate_task t join roster r using (roster_id)
where t.duplicate_task_id = :duplicateTaskId for update of t;

-- name: decideTask
-- Who decided stays known.
update duplicate_task set state = :state, decided_by = :decidedBy, decided_at = :now::timestamptz
where duplicate_task_id = :duplicateTaskId;

-- name: admitTask
-- Two persons: the row is taken as it stood.
insert into entitlement (entitlement_id, roster_id, row_number, programme_id, source, envelope,
  key_id, identity_index, phone_index, name_index, face_fen, voucher_count, amount_fen, state)
select duplicate_task_id, roster_id, row_number, :programmeId, :source, envelope, key_id,
  identity_index, phone_index, name_index, face_fen, voucher_count, face_fen * voucher_count,
  'imported'
from duplicate_task where duplicate_task_id = :duplicateTaskId
on conflict do nothing;
