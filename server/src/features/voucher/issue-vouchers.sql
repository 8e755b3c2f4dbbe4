-- name: lockNewEnds
-- New vouchers are moves into 'unused' too.
select lock_expiry_shared(l.fund_id, l.valid_to)
from unnest(:fundIds::uuid[], :validTos::timestamptz[]) as l(fund_id, valid_to);

-- name: issueVouchers
-- One statement makes the vouchers of a chunk and the record of them; their number never passes
-- through the server. A voucher's place in the batch's money names its fund. The record has an item
-- for each pack, or each part of one that a fund pays: the ids of its vouchers in order, from the
-- place of the first.
with planned as materialized (
  select e.person_id, new_id() as voucher_id, e.programme_id, k.kind, r.fund_id, e.face_fen,
    e.entitlement_id, n.n::smallint as n, e.batch_id, e.channel, k.valid_from, k.valid_to
  from entitlement e
  join unnest(:faces::bigint[], :kinds::text[], :validFroms::timestamptz[],
      :validTos::timestamptz[]) as k(face_fen, kind, valid_from, valid_to)
    on k.face_fen = e.face_fen
  cross join lateral generate_series(1, e.voucher_count) as n(n)
  join issue_batch_range r on r.batch_id = e.batch_id
    and e.batch_offset_fen + (n.n - 1) * e.face_fen >= r.start_fen
    and e.batch_offset_fen + (n.n - 1) * e.face_fen < r.end_fen
  where e.entitlement_id = any(:entitlementIds::uuid[])
), pack as (
  select jsonb_build_array(p.person_id, array_agg(p.voucher_id order by p.n), p.kind, min(p.n),
    p.fund_id, p.face_fen, (extract(epoch from p.valid_from) * 1000)::bigint,
    (extract(epoch from p.valid_to) * 1000)::bigint) as item
  from planned p
  group by p.entitlement_id, p.person_id, p.kind, p.fund_id, p.face_fen, p.valid_from, p.valid_to
), act as materialized (
  select record_act(:now::timestamptz, :actorKind, :actorId, 'voucher.issued', 'issue_batch',
    :batchId::text, :programmeId::uuid, :body::jsonb, jsonb_agg(k.item)) as event_id
  from pack k
), made as (
  insert into voucher (person_id, voucher_id, programme_id, version_id, kind, fund_id, face_fen,
    origin_id, n, batch_id, channel, valid_from, valid_to, issued_at, issue_event_id)
  select p.person_id, p.voucher_id, p.programme_id, :versionId::uuid, p.kind, p.fund_id,
    p.face_fen, p.entitlement_id, p.n, p.batch_id, p.channel, p.valid_from, p.valid_to,
    :now::timestamptz, a.event_id
  from planned p cross join act a
  returning fund_id, face_fen
)
select a.event_id, m.fund_id, count(*) as voucher_count, sum(m.face_fen)::bigint as amount_fen
from made m cross join act a
group by a.event_id, m.fund_id order by m.fund_id;
