-- Rows that name their event are written in one breath with it: its id is taken beforehand.
create function next_event_id() returns bigint language sql volatile
security definer set search_path = public, pg_temp as $$
  select nextval('event_event_id_seq')
$$;
