-- name: insertProgramme
-- The code is the plan's own id: two programmes of one plan name themselves apart.
insert into programme (programme_id, code, title, organiser_id, state, created_at)
select :programmeId, :code, :title, o.organisation_id, 'draft', :now::timestamptz
from organisation o where o.organisation_id = :organiserId
on conflict on constraint programme_once_per_code do nothing
returning programme_id;

-- name: codeIsTaken
-- Asked first for a clear refusal; the unique constraint decides.
select exists (select 1 from programme where code = :code) as taken;

-- name: insertVersion
-- Numbers count up under the lock on the programme; the index lets one version wait at a time.
insert into programme_version (version_id, programme_id, number, source_text, plan, content_hash,
  parties, findings, extends_version_id, state, prepared_by, created_at)
select :versionId, :programmeId,
  coalesce((select max(v.number) from programme_version v where v.programme_id = :programmeId),
    0) + 1,
  :sourceText, :plan::jsonb, :contentHash, :parties::jsonb, :findings::jsonb, :extendsVersionId,
  'prepared', :preparedBy, :now::timestamptz
on conflict (programme_id) where state = 'prepared' do nothing
returning number;

-- name: lockProgramme
-- Versions of one programme are numbered and decided one after the other.
select programme_id, state, organiser_id from programme where programme_id = :programmeId for
  update;

-- name: clearParties
-- The parties of the version that takes effect replace those before.
delete from programme_party where programme_id = :programmeId;

-- name: insertParties
-- An organisation that does not exist is left out; the caller compares the counts.
insert into programme_party (programme_id, party, organisation_id)
select :programmeId, n.party, o.organisation_id
from unnest(:parties::text[], :organisationIds::uuid[]) as n(party, organisation_id)
join organisation o on o.organisation_id = n.organisation_id
on conflict do nothing;

-- name: countOrganisations
-- A party must be played by an organisation that exists.
select count(*) as found from organisation where organisation_id = any(:organisationIds::uuid[]);

-- name: approveVersion
-- What is approved is what was seen; of two approvals at once one finds the row prepared.
update programme_version
set state = 'approved', approved_by = :approvedBy, approved_hash = :seenHash,
  effective_from = :effectiveFrom::timestamptz
where version_id = :versionId and state = 'prepared' and content_hash = :seenHash
returning programme_id, number;

-- name: rejectVersion
-- Only what nobody decided yet.
update programme_version set state = 'rejected'
where version_id = :versionId and state = 'prepared' returning programme_id;

-- name: findVersion
-- With what an approver has to see before he decides.
select v.version_id, v.programme_id, v.number, v.state, v.content_hash, v.extends_version_id,
  v.prepared_by, v.approved_by, v.created_at, v.effective_from, v.parties, v.findings,
  po.name as prepared_at_name, ao.name as approved_at_name
from programme_version v
left join staff ps on ps.staff_id = v.prepared_by
left join organisation po on po.organisation_id = ps.organisation_id
left join staff ap on ap.staff_id = v.approved_by
left join organisation ao on ao.organisation_id = ap.organisation_id
where v.version_id = :versionId;

-- name: findVersionText
-- The text is long and read alone.
select source_text from programme_version where version_id = :versionId;

-- name: supersedeEarlier
-- The later document wins: what took effect before the new one is history.
update programme_version set state = 'superseded'
where programme_id = :programmeId and state = 'approved' and version_id <> :versionId
  and effective_from <= :effectiveFrom::timestamptz;

-- name: putInForce
-- The later document wins (SX25).
update programme set current_version_id = :versionId, title = :title,
  state = case when state = 'draft' then 'published' else state end
where programme_id = :programmeId;

-- name: dueVersions
-- Versions approved for a later day whose day has come.
select distinct on (p.programme_id) p.programme_id, v.version_id, v.effective_from
from programme p
join programme_version v on v.programme_id = p.programme_id and v.state = 'approved'
  and v.effective_from <= :now::timestamptz
where p.current_version_id is distinct from v.version_id
order by p.programme_id, v.effective_from desc, v.number desc
limit 100;
