-- name: walletPage
-- One person's vouchers of one tab, the next to end first. Expired is a comparison: no job moves a
-- voucher there.
select v.voucher_id, v.programme_id, v.version_id, p.title as programme_title, v.kind, v.face_fen,
  v.channel, v.state, v.valid_from, v.valid_to, v.usable_from
from voucher v join programme p on p.programme_id = v.programme_id
where v.person_id = :personId
  and case :tab
    when 'unused' then v.state in ('unused', 'held') and v.valid_to > :now::timestamptz
    when 'used' then v.state = 'used'
    else v.state in ('unused', 'held') and v.valid_to <= :now::timestamptz
  end
  and (:afterId::uuid is null
    or (v.valid_to, v.voucher_id) > (:afterTo::timestamptz, :afterId::uuid))
order by v.valid_to, v.voucher_id limit :size;

-- name: programmeFigures
-- What the organiser follows day by day: per kind and channel, no person in it.
select v.kind, v.channel, count(*) as issued_count, sum(v.face_fen)::bigint as issued_fen,
  count(*) filter (where v.state = 'used') as used_count,
  coalesce(sum(v.face_fen) filter (where v.state = 'used'), 0)::bigint as used_fen,
  count(*) filter (where v.state = 'held') as held_count,
  count(*) filter (where v.state = 'void') as recalled_count,
  count(*) filter (where v.state = 'unused' and v.valid_to <= :now::timestamptz) as expired_count,
  count(*) filter (where v.state = 'unused' and v.valid_to > :now::timestamptz) as unused_count
from voucher v
where v.fund_id in (select f.fund_id from fund f where f.programme_id = :programmeId)
group by v.kind, v.channel order by v.kind, v.channel;
