-- name: overdueRounds
-- Rounds past their end that still hold money committed, oldest first.
select round_id from round
where state in ('approved', 'stopped') and closes_at <= :now::timestamptz
order by closes_at, round_id limit 1000;
