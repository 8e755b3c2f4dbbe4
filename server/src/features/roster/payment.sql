-- name: paidByOrganisation
-- What the organisation's confirmed payments brought into the pools of the roster's source, and
-- what its other live rosters of that source list: several files may share one payment.
select coalesce((select sum(l.amount_fen) from funding_order o
    join funding_order_line l using (funding_order_id) join fund f using (fund_id)
    where o.programme_id = :programmeId and o.funder_id = :organisationId
      and o.state = 'confirmed' and f.pool = any(:pools::text[])), 0)::bigint as paid_fen,
  coalesce((select sum(r.amount_fen) from roster r
    where r.programme_id = :programmeId and r.organisation_id = :organisationId
      and r.source = :source and r.roster_id <> :rosterId
      and r.state in ('imported', 'confirmed')), 0)::bigint as listed_fen;
