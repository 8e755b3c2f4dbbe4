-- Organisations, natural persons and residents' accounts.

create table organisation (
  organisation_id uuid primary key,
  parent_id uuid references organisation,
  kind text not null constraint organisation_kind_known check (kind in (
    'province', 'province_union', 'city_union', 'county_union', 'industry_union', 'branch_union',
    'county_government', 'commerce_bureau', 'finance_bureau', 'industry_bureau', 'audit_bureau',
    'police', 'medical_insurance_bureau', 'central_bank', 'town', 'enterprise', 'bank',
    'payment_provider', 'merchant_association', 'platform')),
  -- The administrative level that evaluation reports by.
  level text constraint organisation_level_known
    check (level in ('province', 'city', 'county', 'enterprise')),
  name text not null,
  region_code text,
  -- Ids from the root down to this one, '/a/b/c/': a prefix is a subtree.
  path text not null,
  created_at timestamptz not null,
  constraint path_ends_with_itself check (path like '%/' || organisation_id || '/')
);
create index organisation_by_parent on organisation (parent_id);
create index organisation_by_path on organisation (path text_pattern_ops);

-- Counts and percentages an organisation reports of itself: members, fiscal guarantee, …
create table organisation_figure (
  organisation_id uuid not null references organisation,
  figure text not null,
  as_of date not null,
  value numeric not null,
  event_id bigint not null references event,
  primary key (organisation_id, figure, as_of)
);

-- One natural person, however many phones or accounts.
create table person (
  person_id uuid primary key,
  -- Name, id number, phone: sealed; only the identity columns can be searched, by equality.
  envelope bytea not null,
  key_id smallint not null,
  identity_index bytea,
  identity_index_next bytea,
  -- How the identity is known: the person proved it, or an authority's list of record states it.
  identity_basis text not null constraint identity_basis_known
    check (identity_basis in ('verified', 'list_of_record')),
  created_at timestamptz not null,
  constraint one_person_per_identity unique (identity_index),
  constraint one_person_per_next_identity unique (identity_index_next)
);

create table resident_account (
  resident_account_id uuid primary key,
  phone_index bytea not null,
  envelope bytea not null,
  key_id smallint not null,
  -- Set once, when the real name is verified; several accounts may be one person.
  person_id uuid references person,
  name_index bytea,
  verified_at timestamptz,
  created_at timestamptz not null,
  ended_at timestamptz
);
create unique index one_account_per_phone on resident_account (phone_index) where ended_at is null;
create index resident_account_by_person on resident_account (person_id);

call grant_app('select, insert',
  'organisation', 'organisation_figure', 'person', 'resident_account');
call grant_app('update (name, region_code)', 'organisation');
call grant_app('update (envelope, key_id, identity_index, identity_index_next, identity_basis)',
  'person');
call grant_app('update (envelope, key_id, person_id, name_index, verified_at, ended_at, '
  'phone_index)',
  'resident_account');
