-- name: insertVouchers
-- All vouchers of a group at once, each with the line that holds what it shares with others; one
-- that exists already breaks planned_vouchers_once.
insert into voucher (person_id, voucher_id, programme_id, version_id, kind, fund_id, face_fen,
  origin_id, n, batch_id, channel, valid_from, valid_to, issued_at, issue_event_id)
select v.person_id, v.voucher_id, l.programme_id, l.version_id, l.kind, l.fund_id, l.face_fen,
  l.origin_id, v.n, null, l.channel, l.valid_from, l.valid_to, :now::timestamptz, :eventId
from unnest(:personIds::uuid[], :voucherIds::uuid[], :numbers::smallint[], :lines::int[])
  as v(person_id, voucher_id, n, line)
join unnest(:programmeIds::uuid[], :versionIds::uuid[], :kinds::text[], :fundIds::uuid[],
    :faces::bigint[], :originIds::uuid[], :channels::text[], :validFroms::timestamptz[],
    :validTos::timestamptz[]) with ordinality
  as l(programme_id, version_id, kind, fund_id, face_fen, origin_id, channel, valid_from, valid_to,
    line) on l.line = v.line;

-- name: lockExpiries
-- A statement of its own: whether an end was released is only asked once this lock is held.
select v.voucher_id, v.valid_to, lock_expiry_shared(v.fund_id, v.valid_to)
from unnest(:personIds::uuid[], :voucherIds::uuid[]) as w(person_id, voucher_id)
join voucher v on v.person_id = w.person_id and v.voucher_id = w.voucher_id;

-- name: moveVouchers
-- Locks the vouchers in key order, judges each as it is now, and moves those without a reason not
-- to. An extension may have moved an end after its lock was taken: that item is 'stale'.
with wanted as materialized (
  select * from unnest(:personIds::uuid[], :voucherIds::uuid[], :validTos::timestamptz[],
    :usableFroms::timestamptz[]) as w(person_id, voucher_id, valid_to, usable_from)
), locked as materialized (
  select v.person_id, v.voucher_id, v.fund_id, v.face_fen, v.valid_from, v.valid_to,
    v.usable_from, v.state, w.valid_to as locked_to, w.usable_from as restored_from
  from wanted w join voucher v on v.person_id = w.person_id and v.voucher_id = w.voucher_id
  order by v.person_id, v.voucher_id for update of v
), released as materialized (
  select l.*, exists (select 1 from expiry_release r
    where r.fund_id = l.fund_id and r.valid_to = l.valid_to) as expiry_released
  from locked l
), judged as materialized (
  select r.*, case
    when r.valid_to <> r.locked_to then 'stale'
    when r.state <> :fromState then
      case r.state when 'unused' then 'state_conflict' else 'voucher_' || r.state end
    when :toState <> 'held' then null
    when r.expiry_released or r.valid_to <= :now::timestamptz then 'voucher_expired'
    when greatest(r.valid_from, r.usable_from) > :now::timestamptz then 'voucher_not_started'
  end as reason
  from released r
), moved as (
  update voucher v set state = :toState, usable_from = coalesce(j.restored_from, v.usable_from)
  from judged j
  where v.person_id = j.person_id and v.voucher_id = j.voucher_id and j.reason is null
  returning 1
)
select j.person_id, j.voucher_id, j.fund_id, j.face_fen, j.valid_to, j.expiry_released, j.reason,
  (select count(*)::integer from moved) as moved
from judged j;
