-- name: codeStands
-- Of the code itself: whether the list bars it, and whether a reviewer let it pass.
select exists (select 1 from dishonesty_listing d where d.uscc = :uscc
    and d.approved_by is not null and d.ended_at is null) as is_dishonest,
  exists (select 1 from credit_code_exception x where x.uscc = :uscc) as is_excepted;

-- name: listSanctions
-- Those that wait for a second person first, then the newest.
select n.sanction_id, n.merchant_id, m.name, n.kind, n.state, n.evidence, n.prepared_by,
  n.approved_by, n.created_at
from merchant_sanction n join merchant m on m.merchant_id = n.merchant_id
where n.programme_id = :programmeId
order by (n.state = 'prepared') desc, n.created_at desc limit 200;

-- name: listListings
-- A code may belong to no merchant here.
select d.listing_id, d.uscc, m.name, d.evidence, d.listed_by, d.approved_by, d.listed_at,
  d.ended_at
from dishonesty_listing d left join merchant m on m.uscc = d.uscc
order by d.listed_at desc limit 200;
