-- name: lockRoster
-- Every decision on a roster is judged on what it is now.
select roster_id, programme_id, organisation_id, source, state, content_hash, amount_fen,
  rows_accepted, prepared_by
from roster where roster_id = :rosterId for update;

-- name: findRoster
-- With its place in the tree, for whoever asks.
select r.roster_id, r.programme_id, r.organisation_id, o.path as organisation_path,
  o.name as organisation_name, r.source,
  r.file_name, r.state, r.rows_total, r.rows_accepted, r.rows_failed, r.rows_duplicate,
  r.rows_existing, r.rows_questioned, r.amount_fen, r.content_hash, r.prepared_by,
  r.confirmed_by, r.created_at,
  (select count(*) from duplicate_task t where t.roster_id = r.roster_id and t.state = 'open')
    as open_tasks
from roster r join organisation o using (organisation_id) where r.roster_id = :rosterId;

-- name: listRosters
-- Newest first; only what the asker's grants reach.
select r.roster_id, r.programme_id, r.organisation_id, o.path as organisation_path,
  o.name as organisation_name, r.source,
  r.file_name, r.state, r.rows_total, r.rows_accepted, r.rows_failed, r.rows_duplicate,
  r.rows_existing, r.rows_questioned, r.amount_fen, r.content_hash, r.prepared_by,
  r.confirmed_by, r.created_at,
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
-- From here on they may be put into a batch; whoever is a known person by the ID number is bound in
-- the same step. Range by range: a statement has thirty seconds.
update entitlement e set state = 'confirmed', person_id = k.person_id,
  bound_at = case when k.person_id is not null then :now::timestamptz end
from (
  select r.entitlement_id, p.person_id
  from entitlement r left join person p
    on :namesByNumber and p.identity_index = r.identity_index
  where r.roster_id = :rosterId and r.row_number >= :from and r.row_number < :to
    and r.state = 'imported'
) k
where e.entitlement_id = k.entitlement_id;

-- name: kindOfOrganisation
-- Whose list it is: an authority's list of record makes persons of its people.
select o.kind from organisation o where o.organisation_id = :organisationId;

-- name: lastRowOfRoster
-- The rows are confirmed in ranges of their numbers.
select coalesce(max(e.row_number), 0) as last from entitlement e where e.roster_id = :rosterId;

-- name: cancelRoster
-- A roster that nobody confirmed.
update roster set state = 'cancelled' where roster_id = :rosterId and state = 'imported';

-- name: listProblems
-- By row, as the file has them.
select row_number, code, details, cells, key_id from roster_problem
where roster_id = :rosterId and (row_number, code) > (:afterRow, :afterCode)
order by row_number, code limit :limit;

-- name: lockTask
-- Decided once.
select t.duplicate_task_id, t.roster_id, t.row_number, t.reason, t.state, r.programme_id,
  r.source, r.state as roster_state
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

-- name: headerOfRoster
-- As the file has it.
select header from roster where roster_id = :rosterId;
