-- name: takeChunk
-- Workers share a batch: each takes rows that no other holds, after those it settled before.
select e.entitlement_id, e.person_id, e.face_fen, e.voucher_count, e.amount_fen
from entitlement e
where e.batch_id = :batchId and e.state = 'committed' and e.person_id is not null
  and e.entitlement_id > :after::uuid
order by e.entitlement_id limit :size
for update of e skip locked;

-- name: countOpen
-- Rows that a worker still has in hand are not 'issued' yet and count. A batch that has spent all
-- it committed has none: its rows need not be gone through.
select case when exists (select from issue_batch_fund f
    where f.batch_id = :batchId and f.issued_fen + f.released_fen < f.committed_fen)
  then (select count(*) from entitlement e
    where e.batch_id = :batchId and e.state = 'committed' and e.person_id is not null)
  else 0 end as open;

-- name: rowsOfPerson
-- The waiting rows of one person in batches that have been started.
select e.entitlement_id, e.person_id, e.face_fen, e.voucher_count, e.amount_fen, e.batch_id,
  e.programme_id
from entitlement e join issue_batch b on b.batch_id = e.batch_id
where e.person_id = :personId and e.state = 'committed' and b.state in ('issuing', 'issued')
order by e.entitlement_id for update of e;

-- name: setEntitlementStates
-- Only rows that are still committed: nothing ends twice. Each is looked up by its key; joined, the
-- rows of a state that grew since the last look at the table would be taken for one.
update entitlement e set state = :toState
where e.entitlement_id = any(:entitlementIds::uuid[]) and e.state = 'committed';

-- name: moneyOfRows
-- Which fund holds how much for rows that will get nothing.
select r.fund_id, sum(e.face_fen)::bigint as amount_fen
from entitlement e
cross join lateral generate_series(1, e.voucher_count) as n(n)
join issue_batch_range r on r.batch_id = e.batch_id
  and e.batch_offset_fen + (n.n - 1) * e.face_fen >= r.start_fen
  and e.batch_offset_fen + (n.n - 1) * e.face_fen < r.end_fen
where e.entitlement_id = any(:entitlementIds::uuid[])
group by r.fund_id order by r.fund_id;

-- name: spendBatchFunds
-- In fund order, so that two workers of a batch never wait for each other in a circle.
with spent as (
  select * from unnest(:fundIds::uuid[], :issued::bigint[], :released::bigint[])
    as s(fund_id, issued_fen, released_fen)
), locked as materialized (
  select f.fund_id from issue_batch_fund f join spent using (fund_id)
  where f.batch_id = :batchId order by f.fund_id for update of f
)
update issue_batch_fund f
set issued_fen = f.issued_fen + s.issued_fen, released_fen = f.released_fen + s.released_fen
from spent s join locked using (fund_id)
where f.batch_id = :batchId and f.fund_id = s.fund_id;

-- name: insertRefusals
-- Kept for the organiser to answer questions by.
insert into issue_refusal (entitlement_id, batch_id, code, details, event_id)
select r.entitlement_id, :batchId, r.code, d.details, :eventId
from unnest(:entitlementIds::uuid[], :codes::text[]) with ordinality
  as r(entitlement_id, code, position)
join jsonb_array_elements(:details::jsonb) with ordinality as d(details, position)
  using (position);

-- name: shareBatch
-- Workers share the batch; a recall waits for them before it takes the batch out of their hands.
select b.programme_id, b.state, r.source
from issue_batch b join roster r on r.roster_id = b.roster_id
where b.batch_id = :batchId for share of b;

-- name: fundIdsOfBatch
-- Whose ends an issue must share, in a fixed order.
select fund_id from issue_batch_fund where batch_id = :batchId order by fund_id;
