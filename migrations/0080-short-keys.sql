-- What every claim and every signed request writes is found by 16 bytes. Texts of a hundred bytes
-- made each row, its key and the comparison of keys cost twice and more: of a claim's 158 µs of
-- PostgreSQL its counter, its nonce and its stored answer took 55.

-- The first half of a SHA-256: two texts share one about never, and nobody can look for such two.
create function short_key(text) returns uuid language sql immutable strict parallel safe as $$
  select encode(substring(sha256(convert_to($1, 'UTF8')) from 1 for 16), 'hex')::uuid
$$;

-- One limit in one of its periods, for one kind of entity: the counters of many entities share it.
create table limit_period (
  limit_period_id integer generated always as identity primary key,
  limit_key text not null,
  entity_kind text not null,
  period text not null,
  constraint limit_period_stands_once unique (limit_key, entity_kind, period)
);
insert into limit_period (limit_key, entity_kind, period)
select distinct limit_key, entity_kind, period from limit_counter;

-- How much of a limit an entity has used in a period. Ids stand as they are; what is none, the name
-- of a device, by its short key.
create table short_limit_counter (
  entity_id uuid not null,
  limit_period_id integer not null,
  used bigint not null constraint limit_used_is_not_negative check (used >= 0),
  used_max bigint not null,
  constraint short_limit_counter_pkey primary key (entity_id, limit_period_id),
  constraint limit_is_never_exceeded check (used <= used_max)
);
insert into short_limit_counter (entity_id, limit_period_id, used, used_max)
select case when c.entity_id
      ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'
    then c.entity_id::uuid else short_key(c.entity_id) end,
  p.limit_period_id, c.used, c.used_max
from limit_counter c
  join limit_period p on p.limit_key = c.limit_key and p.entity_kind = c.entity_kind
    and p.period = c.period
order by 1, 2;
drop table limit_counter;
alter table short_limit_counter rename to limit_counter;
alter index short_limit_counter_pkey rename to limit_counter_pkey;

-- Spent single-use tokens by the short key of their purpose and nonce.
create table short_spent_nonce (
  nonce_key uuid constraint short_spent_nonce_pkey primary key,
  expires_at timestamptz not null
);
insert into short_spent_nonce (nonce_key, expires_at)
select short_key(purpose || ' ' || nonce), expires_at from spent_nonce order by 1;
drop table spent_nonce;
alter table short_spent_nonce rename to spent_nonce;
alter index short_spent_nonce_pkey rename to spent_nonce_pkey;
create index spent_nonce_by_end on spent_nonce using brin (expires_at) with (autosummarize = on);

-- The answer to a request by the short key of caller, route and the caller's own key.
create table short_command (
  command_id uuid constraint short_command_pkey primary key,
  input_hash bytea not null,
  outcome jsonb,
  at timestamptz not null
);
insert into short_command (command_id, input_hash, outcome, at)
select short_key(caller || ' ' || route || ' ' || key), input_hash, outcome, at
from command order by 1;
drop table command;
alter table short_command rename to command;
alter index short_command_pkey rename to command_pkey;
create index command_by_age on command using brin (at) with (autosummarize = on);

call grant_app('select, insert', 'limit_period', 'command');
call grant_app('select, insert, update', 'limit_counter');
call grant_app('select, insert, delete', 'spent_nonce');
call grant_app('update (outcome)', 'command');
