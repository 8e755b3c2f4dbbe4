-- name: findOrganisations
-- The organisations that play the funder's party; for funds per branch, those it names itself.
select o.organisation_id, o.kind, o.name, o.path from programme_party pp
join organisation o on o.organisation_id = pp.organisation_id
where pp.programme_id = :programmeId and pp.party = :party
order by o.path;

-- name: findFunder
-- Whether an organisation is a party already, or stands below the organiser in the tree.
select o.organisation_id, o.kind, o.name, o.path,
  exists (select 1 from programme_party pp where pp.programme_id = :programmeId
    and pp.party = :party and pp.organisation_id = o.organisation_id) as is_party,
  exists (select 1 from programme p join organisation r on r.organisation_id = p.organiser_id
    where p.programme_id = :programmeId and o.path like r.path || '%') as is_below_organiser
from organisation o where o.organisation_id = :funderId;

-- name: admitParty
-- A branch that pays for its own members becomes a party by its fund.
insert into programme_party (programme_id, party, organisation_id)
values (:programmeId, :party, :organisationId) on conflict do nothing;

-- name: insertFunds
-- A fund that is there already stays as it is: opening twice opens once.
insert into fund (fund_id, programme_id, pool, funder_id, source_class, channel, return_account,
  return_account_key_id, position, created_at)
select f.fund_id, :programmeId, f.pool, f.funder_id, f.source_class, f.channel, f.return_account,
  f.return_key_id, f.position, :now::timestamptz
from unnest(:fundIds::uuid[], :pools::text[], :funderIds::uuid[], :sourceClasses::text[],
    :channels::text[], :returnAccounts::bytea[], :returnKeyIds::smallint[], :positions::integer[])
  as f(fund_id, pool, funder_id, source_class, channel, return_account, return_key_id, position)
on conflict on constraint one_fund_per_funder_class_pool_channel do nothing
returning fund_id, pool, funder_id, source_class, channel;

-- name: findFundByNature
-- The fund that the unique constraint kept from being opened twice.
select fund_id from fund where programme_id = :programmeId and pool = :pool
  and funder_id = :funderId and source_class = :sourceClass and channel = :channel;

-- name: findFund
-- With its funder, whose place in the tree decides who sees it.
select f.fund_id, f.programme_id, f.pool, f.funder_id, o.name as funder_name, o.path as funder_path,
  f.source_class, f.channel, f.position, f.return_account is not null as has_return_account
from fund f join organisation o on o.organisation_id = f.funder_id where f.fund_id = :fundId;

-- name: listFunds
-- In the order of use; a page of them, for a programme may have tens of thousands of branch unions.
select f.fund_id, f.programme_id, f.pool, f.funder_id, o.name as funder_name, o.path as funder_path,
  f.source_class, f.channel, f.position, f.return_account is not null as has_return_account
from fund f join organisation o on o.organisation_id = f.funder_id
where f.programme_id = :programmeId and (:pool::text is null or f.pool = :pool)
  and (:everything
    or exists (select 1 from unnest(:paths::text[]) as r(path) where o.path like r.path || '%')
    or f.programme_id = any(:programmeIds::uuid[])
      and (:channels::text[] is null or f.channel = any(:channels::text[])))
  and (f.pool, f.position, f.fund_id) > (:afterPool, :afterPosition, :afterId::uuid)
order by f.pool, f.position, f.fund_id limit :limit;

-- name: setReturnAccount
-- Sealed before it comes here.
update fund set return_account = :sealed, return_account_key_id = :keyId
where fund_id = :fundId returning programme_id;
