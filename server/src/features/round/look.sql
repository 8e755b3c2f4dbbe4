-- name: findRounds
-- Where the rounds of a group stand before anything is taken.
select round_id, programme_id, state, opens_at, closes_at from round
where round_id = any(:roundIds::uuid[]);

-- name: degradedGates
-- In the claim's own transaction, so that a gate that closes stops the very next claim.
select gate from gate_state where state = 'degraded' order by gate;

-- name: emptyStocks
-- Told before a captcha is spent or a counter moved. Without a lock: stock that is gone comes back
-- only by an approved adjustment, and the next claim sees it.
select s.round_id, s.kind from round_stock s
where s.round_id = any(:roundIds::uuid[])
group by s.round_id, s.kind having sum(s.quantity - s.issued) = 0;
