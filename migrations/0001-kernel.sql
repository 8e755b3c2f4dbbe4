-- The clock, ids, immutable facts, the record of every act, and idempotent commands.

-- Tests and the demo's history set the clock; a serving process refuses to start while it is set.
create table clock_override (
  only_row boolean primary key default true check (only_row),
  now_at timestamptz not null
);

create function business_now() returns timestamptz language sql stable as $$
  select coalesce(
    (select o.now_at from clock_override o), date_trunc('milliseconds', clock_timestamp())
  )
$$;

-- UUIDv7 for set-based statements: 48 bits of milliseconds, then random.
create function new_id() returns uuid language sql volatile parallel safe as $$
  select encode(
    set_bit(set_bit(overlay(
      uuid_send(gen_random_uuid()) placing
      substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
      from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
$$;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% rows are facts: they are never updated or deleted', tg_table_name
    using errcode = 'raise_exception';
end $$;

-- grant_app('select, insert', 'event', 'block') grants to the role the server runs as.
create procedure grant_app(privileges text, variadic tables text[]) language plpgsql as $$
declare t text;
begin
  foreach t in array tables loop
    execute format(
      'grant %s on %I to %I', privileges, t, current_setting('huiquan.app_role'));
  end loop;
end $$;

create table event (
  event_id bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null,
  actor_kind text not null,
  actor_id text not null,
  kind text not null,
  subject_kind text not null,
  subject_id text not null,
  programme_id uuid,
  body jsonb not null,
  -- One entry per item of a commit group or of a chunk of bulk work.
  items jsonb,
  constraint items_are_a_list check (jsonb_typeof(items) = 'array')
);
create index event_by_subject on event (subject_kind, subject_id, event_id);
create index event_by_programme on event (programme_id, event_id);
create index event_by_xid on event (xid, event_id);
create trigger event_is_a_fact before update or delete or truncate on event
  for each statement execute function refuse_change();

-- A block seals all events of the transactions in [from_xid, below_xid), ordered by event_id.
create table block (
  block_no bigint primary key check (block_no > 0),
  from_xid xid8 not null,
  below_xid xid8 not null,
  event_count integer not null check (event_count > 0),
  leaf_count integer not null check (leaf_count >= event_count),
  merkle_root bytea not null check (length(merkle_root) = 32),
  -- The hash of each event in order, so that a broken block names the row that was touched.
  event_hashes bytea not null,
  previous_hash bytea not null check (length(previous_hash) = 32),
  hash bytea not null check (length(hash) = 32),
  sealed_at timestamptz not null,
  constraint chain_does_not_fork unique (previous_hash),
  constraint block_hash_once unique (hash),
  constraint block_covers_transactions check (from_xid < below_xid),
  constraint block_hashes_every_event check (length(event_hashes) = 32 * event_count)
);
create trigger block_is_a_fact before update or delete or truncate on block
  for each statement execute function refuse_change();

create table published_head (
  day date primary key,
  block_no bigint not null references block,
  hash bytea not null,
  signature bytea not null,
  published_at timestamptz not null
);
create trigger published_head_is_a_fact before update or delete or truncate on published_head
  for each statement execute function refuse_change();

-- The answer to a request, kept with its effect. The outcome holds ids, never codes or names.
create table command (
  caller text not null,
  route text not null,
  key uuid not null,
  input_hash bytea not null,
  outcome jsonb,
  at timestamptz not null,
  primary key (caller, route, key)
);
create index command_by_age on command (at);

call grant_app('select', 'clock_override');
call grant_app('select, insert', 'event', 'block', 'published_head', 'command');
call grant_app('update (outcome)', 'command');
