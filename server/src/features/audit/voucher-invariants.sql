-- Each statement answers one row: how many rows it looked at, how many break the invariant, and the
-- name of the first that does.

-- name: stockMatchesVouchers
-- inv-10: what a round says it issued is the vouchers that came out of it.
with given as (
  select origin_id as round_id, kind, fund_id, count(*) as n from voucher
  where batch_id is null group by origin_id, kind, fund_id
), looked as (
  select s.round_id, s.kind, s.issued <> coalesce(given.n, 0) or s.issued > s.quantity as bad
  from round_stock s left join given using (round_id, kind, fund_id)
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('round ' || round_id || ', kind ' || kind) filter (where bad) as first_bad
from looked;

-- name: claimedVouchersCameFromStock
-- inv-10: no voucher was claimed from a round, kind or fund that has no stock.
with looked as (
  select v.voucher_id, s.round_id is null as bad
  from voucher v
  left join round_stock s on s.round_id = v.origin_id and s.kind = v.kind and s.fund_id = v.fund_id
  where v.batch_id is null
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('voucher ' || voucher_id) filter (where bad) as first_bad
from looked;

-- name: entitlementsGaveWhatTheyPromised
-- inv-14: an issued entitlement gave exactly its planned vouchers of its face to its person; one
-- that was not issued gave none.
with given as (
  select origin_id as entitlement_id, count(*) as n, min(face_fen) as low, max(face_fen) as high,
    min(person_id::text) as person
  from voucher where batch_id is not null group by origin_id
), looked as (
  select e.entitlement_id,
    case when e.state in ('issued', 'recalled') and given.n is not null then
      given.n <> e.voucher_count or given.low <> e.face_fen or given.high <> e.face_fen
      or given.person <> e.person_id::text
    else (given.n is not null) or e.state = 'issued' end as bad
  from entitlement e left join given using (entitlement_id)
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('entitlement ' || entitlement_id) filter (where bad) as first_bad
from looked;

-- name: batchesIssuedWhatTheySay
-- inv-14: what a batch says it issued is the value of its vouchers.
with given as (
  select batch_id, fund_id, sum(face_fen) as fen from voucher
  where batch_id is not null group by batch_id, fund_id
), looked as (
  select f.batch_id, f.fund_id, f.issued_fen <> coalesce(given.fen, 0) as bad
  from issue_batch_fund f left join given using (batch_id, fund_id)
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('batch ' || batch_id) filter (where bad) as first_bad
from looked;

-- name: voucherStateHasItsRedemption
-- inv-20, inv-21: used means one committed redemption, held means one open try, anything else none.
with active as (
  select person_id, voucher_id, count(*) filter (where state = 'committed') as committed,
    count(*) filter (where state in ('tried', 'sent')) as open
  from redemption group by person_id, voucher_id
), looked as (
  select v.voucher_id,
    case v.state
      when 'used' then coalesce(a.committed, 0) <> 1 or a.open <> 0
      when 'held' then coalesce(a.open, 0) <> 1 or a.committed <> 0
      else coalesce(a.committed, 0) + coalesce(a.open, 0) <> 0
    end as bad, v.state
  from voucher v left join active a using (person_id, voucher_id)
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('voucher ' || voucher_id || ' (' || state || ')') filter (where bad) as first_bad
from looked;

-- name: redemptionsFitTheirVoucher
-- inv-19, inv-23, inv-25: the deduction is the face (less only where the plan's kind is a
-- percentage
-- or has tiers), the order covers it, the try fell into the voucher's validity, and fund, programme
-- and person are the voucher's.
with looked as (
  select r.redemption_id,
    r.deduction_fen > v.face_fen
    or (r.deduction_fen < v.face_fen and not exists (
      select from programme_version p where p.version_id = v.version_id and jsonb_path_exists(
        p.plan, '$.kinds[*] ? (@.id == $kind && (exists(@.**.percent) || exists(@.**.tiers)))',
        jsonb_build_object('kind', v.kind))))
    or r.order_fen <> r.deduction_fen + r.cash_fen or r.cash_fen < 0
    or r.tried_at < v.valid_from or r.tried_at >= v.valid_to
    or r.fund_id <> v.fund_id or r.programme_id <> v.programme_id as bad
  from redemption r join voucher v using (person_id, voucher_id)
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('redemption ' || redemption_id) filter (where bad) as first_bad
from looked;

-- name: refundsStayWithinTheirRedemption
-- inv-29: refunds of one redemption add up to no more than was paid, part by part.
with looked as (
  select r.redemption_id, sum(f.amount_fen) > r.order_fen or sum(f.voucher_fen) > r.deduction_fen
    or sum(f.cash_fen) > r.cash_fen as bad
  from refund f join redemption r using (person_id, redemption_id)
  group by r.person_id, r.redemption_id
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('redemption ' || redemption_id) filter (where bad) as first_bad
from looked;

-- name: linesAreEvents
-- inv-33: a settlement line is exactly one redemption or refund, for its amount.
with looked as (
  select l.event_ref, coalesce(
    case l.event_kind
      when 'redemption' then l.amount_fen <> r.deduction_fen or l.merchant_id <> r.merchant_id
        or l.fund_id <> r.fund_id
      else l.amount_fen <> -f.voucher_fen
    end, true) as bad
  from settlement_line l
  left join redemption r
    on l.event_kind = 'redemption' and r.person_id = l.person_id and r.redemption_id = l.event_ref
  left join refund f
    on l.event_kind = 'refund' and f.person_id = l.person_id and f.refund_id = l.event_ref
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('settlement line ' || event_ref) filter (where bad) as first_bad
from looked;

-- name: nobodyApprovedTheirOwn
-- inv-45: what two persons must do, two persons did.
with acts as (
  select 'programme version ' || version_id as name, approved_by::text as a, prepared_by::text as p
    from programme_version
  union all select 'batch ' || batch_id, approved_by::text, prepared_by::text from issue_batch
  union all select 'round ' || round_id, approved_by::text, prepared_by::text from round
  union all select 'run ' || run_id, approved_by::text, prepared_by from settlement_run
  union all select 'pool transfer ' || pool_transfer_id, approved_by::text, prepared_by::text
    from pool_transfer
  union all select 'recall ' || recall_id, approved_by::text, prepared_by::text from batch_recall
  union all select 'return ' || return_id, approved_by::text, prepared_by from fund_return
)
select count(*) as looked_at, count(*) filter (where a = p) as bad_count,
  min(name) filter (where a = p) as first_bad
from acts;

-- name: voucherIsWhatWasIssued
-- Owner, fund, face and dates of every voucher are those of its issue event; an extension event may
-- have moved its end. Nothing was issued that has no voucher.
with noted as (
  -- A pack is one item: whose, what its ids share, its line, the first number and how many; a
  -- claim is a pack of one.
  select e.event_id, (i.item ->> 0)::uuid as person_id, e.body -> 'lines' -> (i.item ->> 2)::int
      as line, voucher_of_pack(i.item ->> 1, n.n) as voucher_id, n.n
  from event e cross join lateral jsonb_array_elements(e.items) as i(item)
  cross join lateral generate_series((i.item ->> 3)::int,
    (i.item ->> 3)::int + (i.item ->> 4)::int - 1) as n(n)
  where e.kind in ('voucher.issued', 'voucher.claimed') and e.body ? 'lines'
  union all
  -- Before, it told all of it, with its vouchers in order; a claim was an item of one voucher.
  select e.event_id, (i.item ->> 0)::uuid, jsonb_build_array(i.item -> 2, i.item -> 4,
    i.item -> 5, i.item -> 6, i.item -> 7), v.id::uuid, (i.item ->> 3)::int + v.place::int - 1
  from event e cross join lateral jsonb_array_elements(e.items) as i(item)
  cross join lateral jsonb_array_elements_text(case jsonb_typeof(i.item -> 1)
    when 'array' then i.item -> 1 else jsonb_build_array(i.item -> 1) end)
    with ordinality as v(id, place)
  where e.kind in ('voucher.issued', 'voucher.claimed') and not e.body ? 'lines'
), issued as (
  select event_id, person_id, voucher_id, n, line ->> 0 as kind, (line ->> 1)::uuid as fund_id,
    (line ->> 2)::bigint as face_fen, (line ->> 3)::bigint as valid_from,
    (line ->> 4)::bigint as valid_to
  from noted
), extended as (
  select (i.item ->> 1)::uuid as voucher_id, max((i.item ->> 3)::bigint) as valid_to
  from event e cross join lateral jsonb_array_elements(e.items) as i(item)
  where e.kind = 'voucher.extended' group by 1
), looked as (
  select coalesce(v.voucher_id, i.voucher_id) as voucher_id, (
    v.voucher_id is null or i.voucher_id is null or v.person_id <> i.person_id or v.kind <> i.kind
    or v.n <> i.n or v.fund_id <> i.fund_id or v.face_fen <> i.face_fen
    or v.issue_event_id <> i.event_id
    or (extract(epoch from v.valid_from) * 1000)::bigint <> i.valid_from
    or (extract(epoch from v.valid_to) * 1000)::bigint <> coalesce(x.valid_to, i.valid_to)
  ) as bad
  from voucher v full join issued i using (voucher_id)
  left join extended x on x.voucher_id = coalesce(v.voucher_id, i.voucher_id)
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('voucher ' || voucher_id) filter (where bad) as first_bad
from looked;

-- name: voucherStateIsWhatHappened
-- The state of every voucher is where its last recorded move left it; never moved means unused. A
-- move is an item that begins with person, voucher, from and to; older redemptions and refunds tell
-- theirs in the body. A refusal among the items is no move.
with moved as (
  select e.event_id, m.n, (m.move ->> 1)::uuid as voucher_id, m.move ->> 2 as from_state,
    m.move ->> 3 as to_state
  from event e cross join lateral jsonb_array_elements(
    case when e.body ? 'moves' then e.body -> 'moves' else e.items end
  ) with ordinality as m(move, n)
  where jsonb_typeof(m.move) = 'array' and (e.body ? 'moves' or e.kind in ('batch.recalled',
    'redemption.tried', 'redemption.committed', 'redemption.cancelled', 'redemption.voided',
    'redemption.decided'))
), ordered as (
  select voucher_id, from_state, to_state,
    lag(to_state, 1, 'unused') over w as expected_from,
    row_number() over (partition by voucher_id order by event_id desc, n desc) as back
  from moved window w as (partition by voucher_id order by event_id, n)
), last as (
  select voucher_id, max(to_state) filter (where back = 1) as state,
    bool_or(from_state <> expected_from) as broken
  from ordered group by voucher_id
), looked as (
  select v.voucher_id, v.state, v.state <> coalesce(l.state, 'unused') or coalesce(l.broken, false)
    as bad
  from voucher v left join last l using (voucher_id)
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('voucher ' || voucher_id || ' (' || state || ')') filter (where bad) as first_bad
from looked;
