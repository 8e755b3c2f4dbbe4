-- name: findCalendars
-- What never changes of a round: no role of the server may update these columns.
select r.round_id, r.version_id, r.opens_at, r.closes_at from round r
where r.round_id = any(:roundIds::uuid[]);

-- name: emptyStocks
-- One look for all who wait at this moment, begun after they asked: stock that an approved
-- adjustment brings is seen by the next claim.
select s.round_id, s.kind
from (select distinct * from unnest(:roundIds::uuid[], :kinds::text[]) as w(round_id, kind)) w
join round_stock s on s.round_id = w.round_id and s.kind = w.kind
group by s.round_id, s.kind having sum(s.quantity - s.issued) = 0;
