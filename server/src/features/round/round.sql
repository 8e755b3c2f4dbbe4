-- name: fundsOfPools
-- What each fund of the pools may still commit, in the order the plan spends them.
select f.fund_id, f.pool, coalesce(b.balance_fen, 0)::bigint as available_fen
from fund f
left join account a on a.fund_id = f.fund_id and a.kind = 'available'
left join account_balance b on b.account_id = a.account_id
where f.programme_id = :programmeId and f.pool = any(:pools::text[])
order by f.position, f.fund_id;

-- name: insertRound
-- Only one live round bears a number; a second preparer of it finds the first.
insert into round (round_id, programme_id, version_id, number, opens_at, closes_at, state,
  content_hash, prepared_by, created_at)
values (:roundId, :programmeId, :versionId, :number, :opensAt::timestamptz,
  :closesAt::timestamptz, 'prepared', :contentHash, :preparedBy, :now::timestamptz)
on conflict (programme_id, number) where state <> 'cancelled' do nothing;

-- name: insertStock
-- The shares of the round as they would be committed at its approval.
insert into round_stock (round_id, kind, fund_id, position, face_fen, quantity)
select :roundId, * from unnest(:kinds::text[], :fundIds::uuid[], :positions::int[],
  :faces::bigint[], :quantities::int[]);

-- name: lockRound
-- Every act on a round is judged on what it is now.
select round_id, programme_id, version_id, number, opens_at, closes_at, state, content_hash,
  prepared_by
from round where round_id = :roundId for update;

-- name: setRoundState
-- The caller holds the round's lock and has judged the move.
update round set state = :state where round_id = :roundId;

-- name: approveRound
-- Only what was seen.
update round set state = 'approved', approved_by = :approvedBy, approved_hash = content_hash
where round_id = :roundId;

-- name: touchStock
-- A remembered "sold out" must not outlive a change from outside. Locked in the order of claims, so
-- that none waits for another in a circle.
with locked as materialized (
  select s.kind, s.fund_id from round_stock s where s.round_id = :roundId
  order by s.kind, s.position for no key update of s
)
update round_stock s set version = s.version + 1 from locked l
where s.round_id = :roundId and s.kind = l.kind and s.fund_id = l.fund_id;

-- name: stockOf
-- In the order vouchers are given out.
select kind, fund_id, position, face_fen, quantity, issued, version
from round_stock where round_id = :roundId order by kind, position;

-- name: insertRestart
-- One open request per round.
insert into round_restart (restart_id, round_id, reason, state, prepared_by, created_at)
values (:restartId, :roundId, :reason, 'prepared', :preparedBy, :now::timestamptz)
on conflict (round_id) where state = 'prepared' do nothing;

-- name: lockRestart
-- The second person decides once.
select restart_id, round_id, state, prepared_by from round_restart
where restart_id = :restartId for update;

-- name: decideRestart
-- The request is done with.
update round_restart set state = :state, approved_by = :approvedBy where restart_id = :restartId;
