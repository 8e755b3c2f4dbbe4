-- name: findRound
-- Where a round stands, for whoever acts on it.
select round_id, programme_id, version_id, number, opens_at, closes_at, state, content_hash,
  prepared_by
from round where round_id = :roundId;

-- name: listStock
-- Live rounds of a programme with what is left of each kind, over all paying funds.
select r.number, r.round_id, r.state, s.kind, sum(s.quantity)::int as quantity,
  sum(s.quantity - s.issued)::int as remaining
from round r join round_stock s using (round_id)
where r.programme_id = :programmeId and r.state <> 'cancelled'
group by r.number, r.round_id, r.state, s.kind order by r.number, s.kind;
