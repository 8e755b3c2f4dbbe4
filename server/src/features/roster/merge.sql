-- name: createStage
-- Lives as long as the connection; every transaction finds it empty.
create temp table if not exists roster_stage (
  roster_id uuid not null,
  programme_id uuid not null,
  source text not null,
  state text not null,
  key_id smallint not null,
  entitlement_id uuid not null,
  row_number integer not null,
  face_fen bigint not null,
  voucher_count smallint not null,
  amount_fen bigint not null,
  identity_index bytea,
  phone_index bytea,
  name_index bytea not null,
  envelope bytea not null
) on commit delete rows;

-- name: hasLikely
-- Whether rows just written without an ID number may be somebody who is listed under another name.
select exists (
  select from entitlement e
  join entitlement o on o.phone_index = e.phone_index and o.programme_id = e.programme_id
    and o.source = e.source and o.identity_index is null and o.ended_id is null
    and o.name_index <> e.name_index
  where e.roster_id = :rosterId and e.row_number between :firstRow and :lastRow
    and e.identity_index is null) as has_likely;

-- name: planByIndex
-- A chunk is small and the lists are long: whatever the statistics of the moment say, each row is
-- looked up by index.
select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
  set_config('enable_seqscan', 'off', true);

-- name: askAboutLikely
-- Without ID numbers the same phone under another name is perhaps one person, perhaps two. The row
-- waits in its task, whole; the same question again is a repetition of its row.
with placed as (
  select s.row_number, s.phone_index, s.name_index,
    first_value(s.entitlement_id) over same_phone as first_id,
    first_value(s.name_index) over same_phone as first_name
  from roster_stage s where s.identity_index is null
  window same_phone as (partition by s.phone_index order by s.row_number)
), likely as (
  select p.row_number, coalesce(known.entitlement_id, p.first_id) as other_id
  from placed p
  left join lateral (
    select e.entitlement_id, e.name_index from entitlement e
    where e.programme_id = :programmeId and e.source = :source and e.phone_index = p.phone_index
      and e.identity_index is null and e.ended_id is null
    order by (e.name_index = p.name_index) desc limit 1
  ) known on true
  where p.name_index <> coalesce(known.name_index, p.first_name)
), taken as (
  delete from roster_stage s using likely l where s.row_number = l.row_number
  returning s.*, l.other_id
), asked as (
  insert into duplicate_task (duplicate_task_id, roster_id, row_number, other_entitlement_id,
    reason, state, created_at, envelope, key_id, identity_index, phone_index, name_index, face_fen,
    voucher_count)
  select t.entitlement_id, :rosterId, t.row_number, t.other_id, 'same_phone_other_name', 'open',
    :now::timestamptz, t.envelope, :keyId::smallint, null, t.phone_index, t.name_index, t.face_fen,
    t.voucher_count
  from taken t order by t.row_number
  on conflict do nothing returning row_number
), repeated as (
  insert into roster_problem (roster_id, row_number, code, details, cells, key_id)
  select :rosterId, t.row_number, 'duplicate', '{}'::jsonb, t.envelope, :keyId::smallint
  from taken t where not exists (select from asked a where a.row_number = t.row_number)
  returning row_number
)
select (select count(*) from asked) as questioned, (select count(*) from repeated) as duplicate;

-- name: insertRows
-- The list's unique indexes decide who is new; of the same person twice the first row stays. In the
-- order of the indexes, so that their pages are met one after the other and two imports at once
-- wait for each other and never in a circle.
with inserted as (
  insert into entitlement (entitlement_id, roster_id, row_number, programme_id, source, envelope,
    key_id, identity_index, phone_index, name_index, face_fen, voucher_count, amount_fen, state)
  select s.entitlement_id, s.roster_id, s.row_number, s.programme_id, s.source, s.envelope,
    s.key_id, s.identity_index, s.phone_index, s.name_index, s.face_fen, s.voucher_count,
    s.amount_fen, s.state
  from roster_stage s
  order by s.identity_index, s.phone_index, s.name_index, s.row_number
  on conflict do nothing returning amount_fen
)
select count(*) as accepted, coalesce(sum(amount_fen), 0)::bigint as amount_fen from inserted;

-- name: settleKnown
-- The rows that found their place taken: by another name (a question), by an earlier row of the
-- file, or by another list. `lost` counts rows whose rival has gone in the
-- meantime; then nothing is settled and the rows are tried again.
with known as (
  select s.*, o.entitlement_id as other_id, o.roster_id as other_roster,
    o.row_number as other_row, o.name_index <> s.name_index as is_question
  from roster_stage s
  left join lateral (
    select e.entitlement_id, e.roster_id, e.row_number, e.name_index from entitlement e
    where e.programme_id = :programmeId and e.source = :source
      and e.identity_index = s.identity_index and e.ended_id is null
    union all
    select e.entitlement_id, e.roster_id, e.row_number, e.name_index from entitlement e
    where s.identity_index is null and e.programme_id = :programmeId and e.source = :source
      and e.identity_index is null and e.phone_index = s.phone_index
      and e.name_index = s.name_index and e.ended_id is null
    limit 1
  ) o on true
  where not exists (select from entitlement e where e.entitlement_id = s.entitlement_id)
), asked as (
  insert into duplicate_task (duplicate_task_id, roster_id, row_number, other_entitlement_id,
    reason, state, created_at, envelope, key_id, identity_index, phone_index, name_index, face_fen,
    voucher_count)
  select k.entitlement_id, :rosterId, k.row_number, k.other_id, 'same_identity_other_name', 'open',
    :now::timestamptz, k.envelope, :keyId::smallint, k.identity_index, k.phone_index, k.name_index,
    k.face_fen, k.voucher_count
  from known k
  where k.is_question and not exists (select from known l where l.other_id is null)
  order by k.row_number
  on conflict do nothing returning row_number
), noted as (
  insert into roster_problem (roster_id, row_number, code, details, cells, key_id)
  select :rosterId, k.row_number,
    case when k.is_question or k.other_roster = :rosterId then 'duplicate' else 'exists' end,
    case when k.other_roster = :rosterId then jsonb_build_object('row', k.other_row)
      else jsonb_build_object('rosterId', k.other_roster) end,
    k.envelope, :keyId::smallint
  from known k
  where not exists (select from known l where l.other_id is null)
    and not exists (select from asked a where a.row_number = k.row_number)
  returning code
)
select (select count(*) from asked) as questioned,
  (select count(*) from noted where code = 'duplicate') as duplicate,
  (select count(*) from noted where code = 'exists') as existing,
  (select count(*) from known where other_id is null) as lost;

-- name: insertProblems
-- The cells are sealed: they go into the failure file.
insert into roster_problem (roster_id, row_number, code, details, cells, key_id)
select :rosterId, p.row_number, p.code, p.details, p.cells, :keyId::smallint
from unnest(:rowNumbers::int[], :codes::text[], :details::text[]::jsonb[], :cells::bytea[])
  as p(row_number, code, details, cells)
on conflict do nothing;

-- name: lockImport
-- First in each chunk: whoever gives an import up waits for its chunk, the next finds none.
select roster_id from roster where roster_id = :rosterId and state = 'importing' for update;

-- name: lockLists
-- Chunks of one programme and source go in one after the other: their people stand in any order, so
-- two at once would wait for each other's in a circle.
select pg_advisory_xact_lock(hashtextextended(:programmeId::text || ' ' || :source::text, 7341055));

-- name: addProgress
-- Seen by whoever waits for the import.
update roster set rows_total = rows_total + :total, rows_failed = rows_failed + :failed,
  rows_accepted = rows_accepted + :accepted, rows_duplicate = rows_duplicate + :duplicate,
  rows_existing = rows_existing + :existing, rows_questioned = rows_questioned + :questioned,
  amount_fen = amount_fen + :amountFen, touched_at = clock_timestamp()
where roster_id = :rosterId;
