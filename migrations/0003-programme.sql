-- Programmes and the versions of their plans.

create table programme (
  programme_id uuid primary key,
  code text not null constraint programme_once_per_code unique,
  title text not null,
  organiser_id uuid not null references organisation,
  -- The version in force; set by the approval of a version.
  current_version_id uuid,
  state text not null constraint programme_state_known
    check (state in ('draft', 'published', 'stopped', 'closing', 'closed')),
  created_at timestamptz not null
);

create table programme_version (
  version_id uuid primary key,
  programme_id uuid not null references programme,
  number integer not null check (number > 0),
  -- The file as written, and the effective plan made from it.
  source_text text not null,
  plan jsonb not null,
  content_hash bytea not null,
  state text not null constraint version_state_known
    check (state in ('prepared', 'approved', 'rejected', 'superseded')),
  prepared_by uuid not null,
  approved_by uuid,
  approved_hash bytea,
  created_at timestamptz not null,
  effective_from timestamptz,
  constraint version_once_per_number unique (programme_id, number),
  constraint approver_is_not_preparer check (approved_by <> prepared_by),
  constraint approved_what_was_seen check (approved_hash = content_hash),
  constraint approved_versions_name_their_approver
    check (state in ('prepared', 'rejected') or approved_by is not null)
);
alter table programme add constraint current_version_exists
  foreign key (current_version_id) references programme_version;

-- Which organisation plays which party of the plan; acts are checked against it.
create table programme_party (
  programme_id uuid not null references programme,
  party text not null,
  organisation_id uuid not null references organisation,
  primary key (programme_id, party, organisation_id)
);
create index programme_party_by_organisation on programme_party (organisation_id);

call grant_app('select, insert', 'programme', 'programme_version', 'programme_party');
call grant_app('update (current_version_id, state, title)', 'programme');
call grant_app('update (state, approved_by, approved_hash, effective_from)', 'programme_version');
