-- The steps a voucher may take are judged before a function is called: of 40 µs for each voucher
-- that moved, none are left. Otherwise as in 0005.
create or replace function voucher_moves_only_as_allowed() returns trigger language plpgsql as $$
begin
  raise exception 'voucher % cannot go from % to %', old.voucher_id, old.state, new.state
    using errcode = '23514', constraint = 'voucher_moves_only_as_allowed';
end $$;
drop trigger voucher_state_machine on voucher;
create trigger voucher_state_machine before update of state on voucher
  for each row when (old.state <> new.state and (old.state, new.state) not in (
    ('unused', 'held'), ('held', 'unused'), ('held', 'used'), ('used', 'unused'),
    ('unused', 'void')))
  execute function voucher_moves_only_as_allowed();
