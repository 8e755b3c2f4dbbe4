-- Staff and their roles, sessions, counters of attempts, sign-in codes.

create table staff (
  staff_id uuid primary key,
  -- None for the people of a merchant.
  organisation_id uuid references organisation,
  login_name text not null constraint staff_once_per_login_name unique,
  -- Name: sealed.
  envelope bytea not null,
  key_id smallint not null,
  -- argon2id, as `m,t,p$salt$hash`.
  password_hash text not null,
  totp_secret bytea,
  totp_key_id smallint,
  totp_confirmed_at timestamptz,
  -- The last time step used: a code works once.
  totp_last_step bigint,
  state text not null constraint staff_state_known check (state in ('active', 'disabled')),
  created_by text not null,
  created_at timestamptz not null,
  constraint login_name_is_plain check (login_name ~ '^[a-z0-9][a-z0-9._-]{2,39}$')
);
create index staff_by_organisation on staff (organisation_id);

-- A role on a scope for a time. Ended grants stay as the record of who could do what.
create table role_grant (
  grant_id uuid primary key,
  staff_id uuid not null references staff,
  role text not null constraint role_known check (role in
    ('CSH', 'MOW', 'BUC', 'UNI', 'COM', 'FIN', 'IND', 'BNK', 'AUD', 'POL', 'CSA', 'SYS')),
  scope_kind text not null constraint scope_kind_known check (scope_kind in (
    'organisation', 'programme', 'party', 'merchant', 'shop', 'channel', 'industry',
    'everything')),
  -- The id or name of the scope; empty for party and everything.
  scope_id text not null,
  granted_by text not null,
  starts_at timestamptz not null,
  ends_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  event_id bigint not null references event,
  constraint nobody_grants_to_himself check (granted_by <> staff_id::text),
  constraint grant_ends_after_it_starts check (ends_at > starts_at)
);
create index role_grant_by_staff on role_grant (staff_id) where revoked_at is null;
create unique index one_live_grant_per_role_and_scope
  on role_grant (staff_id, role, scope_kind, scope_id) where revoked_at is null;

create function administrators_have_no_business_role() returns trigger language plpgsql as $$
begin
  -- Two grants to one person at once would not see each other.
  perform 1 from staff s where s.staff_id = new.staff_id for update;
  if exists (select 1 from role_grant g
    where g.staff_id = new.staff_id and g.role <> new.role and g.revoked_at is null
      and (g.ends_at is null or g.ends_at > new.starts_at)
      and (g.role in ('SYS', 'AUD') or new.role in ('SYS', 'AUD')))
  then
    raise exception 'administrators and auditors hold no other role'
      using errcode = '23514', constraint = 'administrators_have_no_business_role';
  end if;
  return new;
end $$;
create trigger role_grant_separation before insert on role_grant
  for each row execute function administrators_have_no_business_role();

create table session (
  session_id uuid primary key,
  -- Keyed hash of the token; the token itself is kept nowhere.
  token_hash bytea not null constraint session_once_per_token unique,
  kind text not null constraint session_kind_known check (kind in ('staff', 'resident', 'till')),
  staff_id uuid references staff,
  resident_account_id uuid references resident_account,
  terminal_id uuid references terminal,
  -- Keyed hash of the device it is bound to, where the client names its device.
  device_hash bytea,
  signed_in_at timestamptz not null,
  second_factor_at timestamptz,
  expires_at timestamptz not null,
  ended_at timestamptz,
  constraint session_belongs_to_its_kind check (
    (kind = 'resident') = (resident_account_id is not null)
    and (kind = 'resident') = (staff_id is null)
    and (kind = 'till') = (terminal_id is not null))
);
create index session_by_staff on session (staff_id) where ended_at is null;
create index session_by_resident on session (resident_account_id) where ended_at is null;
create index session_by_terminal on session (terminal_id) where ended_at is null;

-- How often somebody tried: sign-ins, sign-in codes, real-name checks. Subjects are keyed hashes.
create table attempt (
  kind text not null,
  subject bytea not null,
  used integer not null check (used > 0),
  since timestamptz not null,
  last_at timestamptz not null,
  blocked_until timestamptz,
  primary key (kind, subject)
);
create index attempt_by_age on attempt (last_at);

create table sms_code (
  sms_code_id uuid primary key,
  phone_index bytea not null,
  code_hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  tries smallint not null default 0 constraint code_is_tried_five_times check (tries <= 5),
  used_at timestamptz,
  constraint sms_code_lives_five_minutes check (expires_at <= created_at + interval '5 minutes')
);
create index sms_code_by_phone on sms_code (phone_index, created_at);

call grant_app('select, insert', 'staff', 'role_grant', 'session');
call grant_app('update (password_hash, totp_secret, totp_key_id, totp_confirmed_at, '
  'totp_last_step, state, envelope, key_id)', 'staff');
call grant_app('update (revoked_at, revoked_by)', 'role_grant');
call grant_app('update (signed_in_at, second_factor_at, expires_at, ended_at, device_hash)',
  'session');
call grant_app('select, insert, update, delete', 'attempt', 'sms_code');
