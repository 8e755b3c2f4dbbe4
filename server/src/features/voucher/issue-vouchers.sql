-- name: giveRoom
-- The rows of a chunk, and what its trigger looks at, stay in memory: of large packs they take more
-- than the 4 MB that a statement is given elsewhere.
select set_config('work_mem', '32MB', true);

-- name: lockNewEnds
-- New vouchers are moves into 'unused' too.
select lock_expiry_shared(l.fund_id, l.valid_to)
from unnest(:fundIds::uuid[], :validTos::timestamptz[]) as l(fund_id, valid_to);

-- name: issueVouchers
-- One statement makes the vouchers of a chunk and the record of them; their number never passes
-- through the server. A voucher's place in the batch's money names its fund. The record has an item
-- for each pack, or each part of one that a fund pays: whose, what their ids share, its line in the
-- body (kind, fund, face and dates, which thousands share), the number of its first voucher, and
-- how many there are. An insert makes all its rows or none, so the sums are those of the parts.
with part as materialized (
  select e.person_id, e.entitlement_id, e.channel, left(new_id()::text, 31) as pack, l.*,
    greatest((r.start_fen - e.batch_offset_fen + e.face_fen - 1) / e.face_fen, 0)::integer + 1
      as first_n,
    least((r.end_fen - e.batch_offset_fen + e.face_fen - 1) / e.face_fen, e.voucher_count)::integer
      as last_n
  from entitlement e
  join issue_batch_range r on r.batch_id = e.batch_id
    and r.start_fen < e.batch_offset_fen + e.amount_fen and r.end_fen > e.batch_offset_fen
  join unnest(:faces::bigint[], :kinds::text[], :fundIds::uuid[], :validFroms::timestamptz[],
      :validTos::timestamptz[]) with ordinality
      as l(face_fen, kind, fund_id, valid_from, valid_to, line)
    on l.face_fen = e.face_fen and l.fund_id = r.fund_id
  where e.entitlement_id = any(:entitlementIds::uuid[])
), act as materialized (
  select record_act(:now::timestamptz, :actorKind, :actorId, 'voucher.issued', 'issue_batch',
    :batchId::text, :programmeId::uuid, :body::jsonb,
    jsonb_agg(jsonb_build_array(p.person_id, p.pack, p.line - 1, p.first_n,
      p.last_n - p.first_n + 1))) as event_id
  from part p
), made as (
  insert into voucher (person_id, voucher_id, programme_id, version_id, kind, fund_id, face_fen,
    origin_id, n, batch_id, channel, valid_from, valid_to, issued_at, issue_event_id)
  select p.person_id, voucher_of_pack(p.pack, n.n), :programmeId::uuid, :versionId::uuid, p.kind,
    p.fund_id, p.face_fen, p.entitlement_id, n.n, :batchId::uuid, p.channel, p.valid_from,
    p.valid_to, :now::timestamptz, a.event_id
  from act a cross join part p cross join lateral generate_series(p.first_n, p.last_n) as n(n)
)
select a.event_id, p.fund_id, sum(p.last_n - p.first_n + 1) as voucher_count,
  sum((p.last_n - p.first_n + 1) * p.face_fen)::bigint as amount_fen
from part p cross join act a
group by a.event_id, p.fund_id order by p.fund_id;
