-- name: receivedOfEvent
-- Who received what by one act, with the phone of the account they use; not who wants no messages.
select i.person_id, i.voucher_count, i.amount_fen, i.valid_to, a.envelope, a.key_id
from (
  select (e.item ->> 0)::uuid as person_id, sum(p.vouchers)::integer as voucher_count,
    sum((p.line ->> 2)::bigint * p.vouchers)::bigint as amount_fen,
    to_timestamp(min((p.line ->> 4)::bigint) / 1000.0) as valid_to
  from event v cross join lateral jsonb_array_elements(v.items) as e(item)
  -- An item names its line; before, it told face and end itself, with an id for each voucher.
  cross join lateral (select case when v.body ? 'lines' then (e.item ->> 4)::integer
      else jsonb_array_length(e.item -> 1) end as vouchers,
    case when v.body ? 'lines' then v.body -> 'lines' -> (e.item ->> 2)::integer
      else jsonb_build_array(null, null, e.item -> 5, null, e.item -> 7) end as line) p
  where v.event_id = :eventId::bigint group by 1
) i
cross join lateral (
  select r.resident_account_id, r.envelope, r.key_id from resident_account r
  where r.person_id = i.person_id and r.ended_at is null
  order by r.verified_at desc limit 1) a
where not exists (select 1 from consent c
  where c.resident_account_id = a.resident_account_id and c.purpose = 'messages'
    and c.ended_at is null and c.answer = 'refused')
order by i.person_id;

-- name: expiringBetween
-- Page by page through the persons with unused vouchers that end in the time asked for, without
-- those who want no messages.
select v.person_id, count(*)::integer as voucher_count, sum(v.face_fen)::bigint as amount_fen,
  min(v.valid_to) as valid_to, a.envelope, a.key_id
from voucher v
cross join lateral (
  select r.resident_account_id, r.envelope, r.key_id from resident_account r
  where r.person_id = v.person_id and r.ended_at is null
  order by r.verified_at desc limit 1) a
where v.fund_id in (select f.fund_id from fund f join programme p on p.programme_id = f.programme_id
    where p.state = 'published')
  and v.state = 'unused'
  and v.valid_to >= :from::timestamptz and v.valid_to < :until::timestamptz
  and v.person_id > :after::uuid
  and not exists (select 1 from consent c
    where c.resident_account_id = a.resident_account_id and c.purpose = 'messages'
      and c.ended_at is null and c.answer = 'refused')
group by v.person_id, a.envelope, a.key_id
order by v.person_id limit :size;
