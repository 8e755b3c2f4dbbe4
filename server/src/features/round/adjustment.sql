-- name: insertAdjustment
-- Moves nothing before a second person approves.
insert into stock_adjustment (adjustment_id, programme_id, takes, source_round_id, target_round_id,
  lines, reason, state, content_hash, prepared_by, created_at)
values (:adjustmentId, :programmeId, :takes, :sourceRoundId, :targetRoundId, :lines::jsonb, :reason,
  'prepared', :contentHash, :preparedBy, :now::timestamptz);

-- name: findAdjustment
-- For whoever acts on it, before it is locked.
select adjustment_id, programme_id, takes, source_round_id, target_round_id, lines, reason, state,
  content_hash, prepared_by, approved_by, created_at
from stock_adjustment where adjustment_id = :adjustmentId;

-- name: lockAdjustment
-- The second person decides once.
select adjustment_id, programme_id, takes, source_round_id, target_round_id, lines, reason, state,
  content_hash, prepared_by, approved_by, created_at
from stock_adjustment where adjustment_id = :adjustmentId for update;

-- name: listAdjustments
-- A programme has few: 1,000 are more than its rounds will ever need.
select adjustment_id, programme_id, takes, source_round_id, target_round_id, lines, reason, state,
  content_hash, prepared_by, approved_by, created_at
from stock_adjustment where programme_id = :programmeId
order by created_at, adjustment_id limit 1000;

-- name: approveAdjustment
-- Only what was seen.
update stock_adjustment set state = 'approved', approved_by = :approvedBy,
  approved_hash = content_hash
where adjustment_id = :adjustmentId;

-- name: cancelAdjustment
-- The caller holds its lock and has judged the move.
update stock_adjustment set state = 'cancelled' where adjustment_id = :adjustmentId;

-- name: fundsOfProgramme
-- All of them, so that a fund's place among them is the same whichever kinds are asked for; with
-- what it has available, or what expired in it and waits to be returned.
select f.fund_id, f.pool,
  case when :takes = 'expired' then coalesce(d.balance_fen, 0)
    else coalesce(b.balance_fen, 0) end::bigint as available_fen
from fund f
left join account a on a.fund_id = f.fund_id and a.kind = 'available'
left join account_balance b on b.account_id = a.account_id
left join account_fold d on d.fund_id = f.fund_id and d.kind = 'return_due'
where f.programme_id = :programmeId
order by f.position, f.fund_id;

-- name: residualOfRound
-- What a closed round did not give, by pool; stock that was adjusted away is no longer its own.
select f.pool, sum((s.quantity - s.issued)::bigint * s.face_fen)::bigint as amount_fen
from round_stock s join fund f using (fund_id)
where s.round_id = :roundId group by f.pool order by f.pool;

-- name: residualTaken
-- What approved adjustments took of a closed round's residual before.
select f.pool, sum((l.line->>'quantity')::bigint * (l.line->>'faceFen')::bigint)::bigint
  as amount_fen
from stock_adjustment a cross join lateral jsonb_array_elements(a.lines) as l(line)
join fund f on f.fund_id = (l.line->>'fundId')::uuid
where a.source_round_id = :roundId and a.takes = 'residual' and a.state = 'approved'
group by f.pool order by f.pool;

-- name: takeOut
-- Rows are locked by the caller; stock_is_never_exceeded stands behind what was given meanwhile.
update round_stock s set quantity = s.quantity - t.quantity
from unnest(:kinds::text[], :fundIds::uuid[], :quantities::int[]) as t(kind, fund_id, quantity)
where s.round_id = :roundId and s.kind = t.kind and s.fund_id = t.fund_id
  and s.quantity - s.issued >= t.quantity;

-- name: putIn
-- A fund that pays a kind already pays more of it; the voucher a kind gives keeps its face.
insert into round_stock as s (round_id, kind, fund_id, position, face_fen, quantity)
select :roundId, * from unnest(:kinds::text[], :fundIds::uuid[], :positions::int[],
  :faces::bigint[], :quantities::int[])
on conflict (round_id, kind, fund_id) do update set quantity = s.quantity + excluded.quantity
where s.face_fen = excluded.face_fen;
