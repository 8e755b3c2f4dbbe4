-- The staging of a roster file while it is read; emptied when the import ends either way.

create table roster_row (
  roster_id uuid not null references roster,
  row_number integer not null,
  entitlement_id uuid not null,
  envelope bytea not null,
  key_id smallint not null,
  identity_index bytea,
  phone_index bytea,
  name_index bytea not null,
  face_fen bigint not null,
  voucher_count smallint not null,
  primary key (roster_id, row_number)
);

-- A row that may be somebody already listed waits in its task, whole, for a person to decide.
alter table duplicate_task
  add column envelope bytea,
  add column key_id smallint,
  add column identity_index bytea,
  add column phone_index bytea,
  add column name_index bytea,
  add column face_fen bigint,
  add column voucher_count smallint;

call grant_app('select, insert, delete', 'roster_row');
