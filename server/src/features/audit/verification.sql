-- name: askVerification
-- One at a time: whoever asks while one runs is told of that one.
insert into verification (verification_id, asked_by, asked_at, state)
values (:verificationId, :askedBy, :now::timestamptz, 'waiting')
on conflict ((true)) where state in ('waiting', 'running') do nothing
returning verification_id;

-- name: findUnended
-- The one that is waiting or running.
select verification_id from verification where state in ('waiting', 'running');

-- name: startVerification
-- A job that is run again begins anew; one that ended stays ended.
update verification set state = 'running', steps_done = 0, steps = :steps
where verification_id = :verificationId and state in ('waiting', 'running')
returning verification_id;

-- name: countStep
-- So that whoever waits sees it move.
update verification set steps_done = steps_done + 1
where verification_id = :verificationId and state = 'running' and steps_done < steps;

-- name: endVerification
-- What it found, once.
update verification set state = :state, report = :report::jsonb, ended_at = :now::timestamptz
where verification_id = :verificationId and state in ('waiting', 'running');

-- name: lastVerification
-- The newest that was asked for.
select v.verification_id, v.state, v.asked_by, v.asked_at, v.ended_at, v.steps_done, v.steps,
  v.report, s.login_name
from verification v left join staff s on s.staff_id::text = v.asked_by
order by v.asked_at desc, v.verification_id desc limit 1;

-- name: lastProof
-- The newest that found everything right.
select v.verification_id, v.state, v.asked_by, v.asked_at, v.ended_at, v.steps_done, v.steps,
  v.report, s.login_name
from verification v left join staff s on s.staff_id::text = v.asked_by
where v.state = 'proved' order by v.asked_at desc, v.verification_id desc limit 1;

-- name: chainStatus
-- How far the chain reaches and what is not in it yet.
with last as (
  select b.block_no, b.below_xid, b.hash, b.sealed_at from block b order by b.block_no desc limit 1
), waiting as (
  select count(*)::bigint as events, min(e.at) as oldest from event e
  where e.xid >= coalesce((select below_xid from last), '0'::xid8)
)
select coalesce((select block_no from last), 0)::bigint as blocks,
  (select coalesce(sum(event_count), 0) from block)::bigint as events,
  (select encode(hash, 'hex') from last) as hash, (select sealed_at from last) as sealed_at,
  w.events as unsealed, w.oldest,
  (select h.day from published_head h order by h.day desc limit 1) as head_day,
  (select h.block_no from published_head h order by h.day desc limit 1) as head_block
from waiting w;
