-- name: moveEnds
-- Only forward, and only what is still unexpired and unreleased now that the ends are locked.
with target as (
  select * from unnest(:fundIds::uuid[], :kinds::text[], :validTos::timestamptz[],
    :issuedAts::timestamptz[], :newEnds::timestamptz[])
    as t(fund_id, kind, valid_to, issued_at, new_end)
), chosen as materialized (
  select v.person_id, v.voucher_id, v.valid_to as old_end, t.new_end
  from target t
  join voucher v on v.fund_id = t.fund_id and v.valid_to = t.valid_to
    and v.kind = t.kind and v.issued_at = t.issued_at and v.state in ('unused', 'held')
  where t.new_end > v.valid_to and v.valid_to > :now::timestamptz
    and not exists (select 1 from expiry_release r
      where r.fund_id = v.fund_id and r.valid_to = v.valid_to)
  order by v.person_id, v.voucher_id
  for update of v
), moved as (
  update voucher v set valid_to = c.new_end from chosen c
  where v.person_id = c.person_id and v.voucher_id = c.voucher_id
  returning v.person_id, v.voucher_id, c.old_end, c.new_end
), act as (
  select record_act(:now::timestamptz, :actorKind, :actorId, 'voucher.extended',
    'programme_version', :versionId::text, :programmeId::uuid, '{}'::jsonb, jsonb_agg(
      jsonb_build_array(m.person_id, m.voucher_id, (extract(epoch from m.old_end) * 1000)::bigint,
        (extract(epoch from m.new_end) * 1000)::bigint))) as event_id
  from moved m having count(*) > 0
)
select count(*)::integer as moved, (select event_id from act) as event_id from moved;
