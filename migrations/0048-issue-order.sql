-- A person who has a channel in the programme is looked up by the key of the lists, row by row:
-- what it costs grows with the roster, never with its square, whatever the planner knows of tables
-- that were filled a minute ago. Otherwise as in 0013.
create or replace function issue_order(
  roster_id uuid, faces bigint[], pools text[], channels text[], shares_up_to integer[]
) returns table (
  entitlement_id uuid, pool text, channel text, face_fen bigint, amount_fen bigint,
  offset_fen bigint
) language sql stable as $$
  with listed as (
    select e.entitlement_id, e.face_fen, e.amount_fen, f.pool,
      coalesce(nullif(e.channel, ''), known.channel) as channel,
      row_number() over (order by hashtextextended(encode(
        coalesce(e.identity_index, e.phone_index || e.name_index, e.name_index), 'hex'), 0),
        e.entitlement_id) - 1 as place,
      count(*) over () as total
    from entitlement e
    left join unnest(faces, pools) as f(face_fen, pool) on f.face_fen = e.face_fen
    left join lateral (
      select min(k.channel) as channel from entitlement k
      where k.identity_index = e.identity_index and k.programme_id = e.programme_id
        and k.roster_id <> $1 and k.channel <> '' and k.state in ('committed', 'issued')
    ) known on true
    where e.roster_id = $1 and e.state = 'confirmed'
  ), dealt as (
    select l.entitlement_id, l.pool, l.face_fen, l.amount_fen,
      coalesce(l.channel, (
        select c.channel from unnest(channels, shares_up_to) as c(channel, up_to)
        where l.place * 10000 < c.up_to * l.total order by c.up_to limit 1), '') as channel
    from listed l
  )
  select d.entitlement_id, d.pool, d.channel, d.face_fen, d.amount_fen,
    (sum(d.amount_fen) over (order by d.pool, d.channel, d.entitlement_id) - d.amount_fen)::bigint
  from dealt d
$$;
