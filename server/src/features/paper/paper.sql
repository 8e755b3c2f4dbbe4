-- name: lockRegister
-- Two registrations of one organisation take turns, so that each sees what the other used of the
-- cap.
select pg_advisory_xact_lock(hashtextextended('paper ' || :organisationId::text, 0));

-- name: findBranch
-- The fund must be the organisation's own and of the programme, the organisation below its
-- organiser.
select o.organisation_id, o.level from organisation o
join fund f on f.fund_id = :fundId and f.funder_id = o.organisation_id
join programme p on p.programme_id = f.programme_id and p.programme_id = :programmeId
join organisation r on r.organisation_id = p.organiser_id and o.path like r.path || '%'
where o.organisation_id = :organisationId;

-- name: findUse
-- What the organisation's members may get at most is told by their number; what they got, by the
-- ledger (electronic, committed → outstanding) and the register.
select
  (select m.value::bigint from organisation_figure m
   where m.organisation_id = :organisationId and m.figure = 'members' and m.as_of <= :day::date
   order by m.as_of desc limit 1) as members,
  coalesce((select sum(t.amount_fen) from fund f
    join account s on s.fund_id = f.fund_id and s.kind = 'committed'
    join transfer t on t.source_id = s.account_id
    join account g on g.account_id = t.target_id and g.kind = 'outstanding'
    where f.programme_id = :programmeId and f.funder_id = :organisationId), 0)::bigint
    as electronic_fen,
  coalesce((select sum(r.face_fen * r.issued_count) from paper_register r
    where r.programme_id = :programmeId and r.organisation_id = :organisationId), 0)::bigint
    as paper_fen;

-- name: insertRegister
-- A branch states each face once; a second statement finds it there.
insert into paper_register
  (register_id, programme_id, organisation_id, fund_id, face_fen, issued_count, at, event_id)
values (:registerId, :programmeId, :organisationId, :fundId, :faceFen, :issuedCount,
  :now::timestamptz, :eventId)
on conflict on constraint paper_once_per_branch_and_face do nothing
returning register_id;

-- name: listRegister
-- Who sees only his own part of the tree sees the branches in it.
select r.register_id, r.organisation_id, o.name, o.level, r.fund_id, r.face_fen, r.issued_count,
  r.at
from paper_register r join organisation o on o.organisation_id = r.organisation_id
where r.programme_id = :programmeId and r.register_id > :after::uuid
  and (:everything or r.programme_id = any(:programmeIds::uuid[])
    or exists (select 1 from unnest(:paths::text[]) as p(path) where o.path like p.path || '%'))
order by r.register_id limit :limit;
